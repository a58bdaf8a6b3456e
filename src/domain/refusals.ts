import type { ExceptionName, ModelledException } from '../contract/errors.ts';

/**
 * Why a request is refused, in the words of the service: each factory is one text. Where the text was seen on
 * AWS it is reproduced to the letter; the others are Backline's choice and stand in docs/differences-from-aws.md.
 */
export class Refusal extends Error implements ModelledException {
  override name: ExceptionName;
  code?: string;

  constructor(name: ExceptionName, message: string, code?: string) {
    super(message);
    this.name = name;
    if (code !== undefined) this.code = code;
  }
}

const badRequest = (message: string) => new Refusal('BadRequestException', message);
const notFound = (message: string) => new Refusal('NotFoundException', message);
const limitExceeded = (message: string) => new Refusal('LimitExceededException', message);

// Seen on AWS: aws-amplify/amplify-cli#4506.
export const appNotFound = (appId: string) => notFound(`App ${appId} not found.`);

// Seen on AWS: aws-amplify/amplify-cli#11694, #7977.
export const environmentNotFound = (name: string) => notFound(`BackendEnvironment ${name} does not exist.`);

// Seen on AWS: aws-amplify/amplify-hosting#339.
export const environmentExists = (name: string) => badRequest(`BackendEnvironment ${name} already exists.`);

// Seen on AWS in 2019: aws-amplify/amplify-cli#2867, without a space after the first full stop.
export const environmentNameInvalid = (name: string) =>
  badRequest(
    `Failed to create backend environment.The environment name ${name} is invalid. ` +
      'Environment name should be between 2 and 10 characters (only lowercase alphabets).',
  );

export const environmentOnGen2App = (appId: string) =>
  badRequest(`Backend environments are not available to Amplify Gen 2 applications. App ${appId} is one.`);

export const tooManyEnvironments = () =>
  limitExceeded(
    'Failed to create backend environment. You have reached the maximum number of backend environments in this app.',
  );

// Seen on AWS: aws-amplify/amplify-hosting#2252.
export const branchNotFound = (branchName: string) => notFound(`Branch ${branchName} not found.`);

// Seen on AWS: aws-amplify/amplify-hosting#2604.
export const branchExists = (branchName: string, appId: string) =>
  badRequest(`Failed to create branch. The branch ${branchName} already exists for the app ${appId}`);

export const displayNameTaken = (displayName: string, appId: string) =>
  badRequest(`The display name ${displayName} already exists for the app ${appId}`);

// Seen on AWS as a BadRequestException: aws/karpenter-provider-aws#9122.
export const tooManyBranches = () =>
  badRequest('Failed to create branch. You have reached the maximum number of branches in this app.');

export const noSuchBackendEnvironment = (arn: string) =>
  badRequest(`The backend environment ${arn} does not exist.`);

export const domainNotFound = (domainName: string) => notFound(`Domain association ${domainName} not found.`);

export const domainExists = (domainName: string) =>
  badRequest(`The domain association ${domainName} already exists.`);

// Seen on AWS: aws-amplify/amplify-hosting#3234.
export const domainsTaken = (hosts: string) =>
  badRequest(`One or more domains requested are already associated with another Amplify app: ${hosts}`);

// Seen on AWS: aws/aws-sdk-php#3054.
export const subDomainWithoutBranch = () => badRequest('A subdomain cannot point to a non-existent branch');

// Seen on AWS for UPDATING: aws-amplify/amplify-hosting#3878.
export const domainNotUpdatable = (status: string) =>
  badRequest(`Cannot update domain while the domain is in ${status} status.`);

export const subDomainTwice = (host: string) => badRequest(`The sub-domain ${host} is named more than once.`);

export const tooManyDomains = () =>
  limitExceeded(
    'Failed to create domain association. You have reached the maximum number of domains in this app.',
  );

export const tooManySubDomains = (limit: string) =>
  limitExceeded(`A domain association can have at most ${limit} sub-domains.`);

export const jobNotFound = (jobId: string) => notFound(`Job ${jobId} not found.`);

// Seen on AWS: aws-amplify/amplify-cli#4837, without a "to".
export const connectedToRepository = () =>
  badRequest('Operation not supported. App is already connected a repository.');

export const notConnectedToRepository = () =>
  badRequest('Operation not supported. App is not connected to a repository.');

// Seen on AWS, where the text goes on.
export const manualBranchExists = () =>
  badRequest('Cannot connect your app to repository while manually deployed branch still exists.');

// Seen on AWS: aws/aws-cdk#25658.
export const repositoryUrlInvalid = () => badRequest('The repository url is not valid.');

// Seen on AWS: aws-samples/iam-identity-center-team#358.
export const repositoryProviderNotSupported = () => badRequest('Repository provider not supported.');

export const commitInvalid = (commitId: string) =>
  badRequest(`The commit ${commitId} is not valid: name it by its hexadecimal id, or HEAD.`);

export const artifactNotFound = (artifactId: string) => notFound(`Artifact ${artifactId} not found.`);

// Seen on AWS: aws-amplify/amplify-backend#1528.
export const lastJobUnfinished = (jobId: string) =>
  badRequest(
    `The last job(deployment) ${jobId} was not finished, please wait until it finish or use StopJob operation ` +
      'to cancel it before creating a new deployment.',
  );

// Seen on AWS for StartJob, as LimitExceededException.
export const branchIsBusy = (branchName: string) =>
  limitExceeded(`The requested branch ${branchName} already have pending or running jobs`);

// Seen on AWS: aws-amplify/amplify-backend#1482.
export const noDeploymentNamed = () =>
  badRequest('Must specify jobId or sourceUrl for StartDeploymentRequest.');

export const twoDeploymentsNamed = () =>
  badRequest('StartDeploymentRequest takes jobId or sourceUrl, not both.');

// Seen on AWS: aws-amplify/amplify-cli#12873.
export const notUploaded = () =>
  badRequest(
    'Deployment file has not been uploaded, please make sure you uploaded the deployment file prior to invoke this api.',
  );

export const deploymentTooLate = (jobId: string) =>
  badRequest(`The deployment ${jobId} was created more than 8 hours ago; create a new one.`);

export const jobNotStartable = (jobId: string, status: string) =>
  badRequest(`The job ${jobId} cannot be started, its status is ${status}.`);

export const jobNotStoppable = (jobId: string, status: string) =>
  badRequest(`The job ${jobId} cannot be stopped, its status is ${status}.`);

export const jobNotDeletable = (jobId: string, status: string) =>
  badRequest(`The job ${jobId} cannot be deleted while its status is ${status}; stop it first.`);

export const jobNotRepeatable = (jobId: string) =>
  badRequest(`The job ${jobId} cannot be repeated: what it deployed is not kept any more.`);

// Seen on AWS: aws/aws-sdk-js-v3#121.
export const jobTypeNotSupported = (jobType: string) =>
  badRequest(`The requested jobType ${jobType} does not support.`);

export const jobIdMissing = () => badRequest('Must specify jobId for a job of jobType RETRY.');

export const fileNameInvalid = (name: string, fault: string) =>
  badRequest(`The file name ${name} is not one that a site can have: it ${fault}.`);

export const tooManyFiles = (limit: string) =>
  badRequest(`A fileMap can have at most ${limit} files; upload a zip instead.`);

export const md5Invalid = (name: string) =>
  badRequest(`The MD5 of the file ${name} is not 32 hexadecimal digits.`);

export const accessLogWindowInvalid = () =>
  badRequest('The access logs can be generated for at most two weeks, and the start must be before the end.');

export const webhookNotFound = (webhookId: string) => notFound(`Webhook ${webhookId} not found.`);

export const tooManyWebhooks = () =>
  limitExceeded('Failed to create webhook. You have reached the maximum number of webhooks in this app.');

// Seen on AWS: hashicorp/terraform-provider-aws#19721.
export const tooManyApps = () =>
  limitExceeded('Failed to create app. You have reached the maximum number of apps in this account.');

// Seen on AWS as a BadRequestException: aws-amplify/amplify-hosting#3748.
export const creatingAppsTooFast = () =>
  badRequest('Rate exceeded while calling CreateApp, please slow down or try again later.');

// Seen on AWS: hashicorp/terraform-provider-aws#39327.
export const emptyVariableName = () => badRequest('Environment variables cannot have an empty key.');

export const reservedVariableName = (name: string) =>
  badRequest(`Environment variable names cannot start with the reserved prefix AWS: ${name}.`);

// Seen on AWS: hashicorp/terraform-provider-aws#34013.
export const illegalBase64 = (code: string) => badRequest(`Illegal base64 character ${code}`);

export const invalidNextToken = () => badRequest('The nextToken is not valid for this list.');

export const tooManyTags = (limit: number) =>
  badRequest(`The resource would have more than the maximum of ${limit} tags.`);

export const notTaggable = (arn: string) =>
  badRequest(`Tags are for apps, branches, domain associations and webhooks: ${arn} is none of these.`);

export const resourceNotFound = (arn: string) =>
  new Refusal('ResourceNotFoundException', `Resource ${arn} not found.`, 'ResourceNotFoundException');

// Seen on AWS in 2026, for an account that is not in good standing.
export const accountSuspended = () =>
  new Refusal(
    'UnauthorizedException',
    "We've noticed an issue with your AWS account. To resolve this, please open a Billing Support Case.",
  );
