/** What a running server prints: where it is, and how to point each client at it. */
export function gettingStarted(endpoint: string): string {
  return [
    `Backline is ready: ${endpoint}`,
    '',
    `  any SDK, AWS CLI   export AWS_ENDPOINT_URL_AMPLIFY=${endpoint}`,
    '                     export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test',
    // Some read the one, some the other.
    '                     export AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1',
    `  AWS CLI            aws amplify list-apps --endpoint-url ${endpoint}`,
    `  boto3              boto3.client('amplify', endpoint_url='${endpoint}')`,
    `  JavaScript         new AmplifyClient({ endpoint: '${endpoint}' })`,
    `  Terraform          provider "aws" { endpoints { amplify = "${endpoint}" } }`,
    `  Amplify CLI        export AWS_AMPLIFY_ENDPOINT=${endpoint}`,
    `  sites              http://<branch>.<app id>.localhost:${new URL(endpoint).port}`,
    '',
  ].join('\n');
}
