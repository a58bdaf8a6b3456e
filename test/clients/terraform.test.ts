import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { deleteEnvironment, getApp, getEnvironment, listApps } from '../support/amplify.ts';
import { startGitServer } from '../support/git-server.ts';
import { failureOf, waitForJob } from '../support/jobs.ts';
import { withServer } from '../support/server.ts';
import { startBuild } from '../support/start-build.ts';
import { visit } from '../support/visits.ts';
import { callWebhook } from '../support/webhook-calls.ts';
import { createClientRepository } from './client-repository.ts';

/** A folder with provider plugins, laid out as Terraform's `filesystem_mirror` wants it. */
const plugins = process.env.BACKLINE_TEST_TERRAFORM_PLUGINS;

interface Run {
  code: number;
  output: string;
}

/** A folder with a configuration, in which terraform runs without anything of this user's. */
function workspace(endpoint: string) {
  const folder = mkdtempSync(join(tmpdir(), 'backline-terraform-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const settings = join(folder, 'terraform.rc');
  writeFileSync(
    settings,
    `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(plugins)}\n  }\n}\n`,
  );
  writeFileSync(join(folder, 'provider.tf'), providerFor(endpoint));
  const run = (...args: string[]): Promise<Run> =>
    new Promise((resolve, reject) => {
      const env = {
        PATH: process.env.PATH,
        HOME: folder,
        TF_CLI_CONFIG_FILE: settings,
        CHECKPOINT_DISABLE: '1',
      };
      const child = execFile('terraform', args, { cwd: folder, env }, (error, stdout, stderr) => {
        if (error && typeof error.code !== 'number') reject(error);
        else resolve({ code: child.exitCode ?? -1, output: stdout + stderr });
      });
    });
  return {
    write: (configuration: string) => writeFileSync(join(folder, 'main.tf'), configuration),
    /** Runs terraform, which must succeed. */
    async terraform(...args: string[]): Promise<string> {
      const { code, output } = await run(...args, '-no-color');
      expect(code, output).toBe(0);
      return output;
    },
    /** 0: nothing to change, 2: something to change. */
    async plan(): Promise<Run> {
      return run('plan', '-detailed-exitcode', '-input=false', '-no-color');
    },
  };
}

function providerFor(endpoint: string): string {
  return `
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}

provider "aws" {
  region                      = "us-east-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
  endpoints {
    amplify = "${endpoint}"
  }
}
`;
}

function configuration(tags: string): string {
  return `
resource "aws_amplify_app" "shop" {
  name        = "e-plantShopping"
  description = "a shop"
  environment_variables = {
    STAGE = "dev"
  }
  custom_rule {
    source = "/<*>"
    status = "404-200"
    target = "/index.html"
  }
  tags = {
    ${tags}
  }
}

resource "aws_amplify_backend_environment" "dev" {
  app_id           = aws_amplify_app.shop.id
  environment_name = "dev"
}

resource "aws_amplify_backend_environment" "prod" {
  app_id               = aws_amplify_app.shop.id
  environment_name     = "prod"
  stack_name           = "amplify-shop-prod"
  deployment_artifacts = "amplify-shop-prod-deployment"
}
`;
}

function connectedConfiguration(repository: string, token: string, command: string): string {
  return `
resource "aws_amplify_app" "site" {
  name         = "site"
  repository   = "${repository}"
  access_token = "${token}"
  build_spec   = <<-SPEC
    version: 1
    frontend:
      phases:
        build:
          commands: ['mkdir dist', '${command}']
      artifacts:
        baseDirectory: dist
  SPEC

  enable_auto_branch_creation   = true
  enable_branch_auto_deletion   = true
  auto_branch_creation_patterns = ["feature/*", "release*"]
  auto_branch_creation_config {
    enable_auto_build = true
    framework         = "React"
    stage             = "BETA"
    environment_variables = {
      GREETING = "Hello"
    }
  }
}

resource "aws_amplify_branch" "bare" {
  app_id      = aws_amplify_app.site.id
  branch_name = "bare"
  stage       = "PRODUCTION"
}

resource "aws_amplify_webhook" "bare" {
  app_id      = aws_amplify_app.site.id
  branch_name = aws_amplify_branch.bare.branch_name
}

output "webhook" {
  value = aws_amplify_webhook.bare.url
}
`;
}

describe.skipIf(!plugins)('Terraform (needs terraform and BACKLINE_TEST_TERRAFORM_PLUGINS)', () => {
  withServer('aws_amplify_app and aws_amplify_backend_environment', {}, (subject) => {
    test('are applied without drift, changed in place, imported and destroyed', {
      timeout: 600_000,
    }, async () => {
      const { client, endpoint } = subject();
      const { write, terraform, plan } = workspace(endpoint);
      write(configuration('team = "web"'));
      await terraform('init', '-input=false');
      expect(await terraform('apply', '-auto-approve', '-input=false')).toContain('3 added, 0 changed');
      const { items } = await listApps(client);
      const appId = items[0]?.appId ?? '';
      const dev = await getEnvironment(client, appId, 'dev');
      // Terraform's acceptance test wants both generated.
      expect(dev.stackName).toMatch(/^amplify-e-plantShopp-dev-\d{6}$/);
      expect(dev.deploymentArtifacts).toMatch(/^e-plantshopp-dev-\d{6}-deployment$/);
      expect(await getEnvironment(client, appId, 'prod')).toMatchObject({
        stackName: 'amplify-shop-prod',
        deploymentArtifacts: 'amplify-shop-prod-deployment',
      });
      expect(await plan()).toMatchObject({ code: 0 });

      write(configuration('stage = "dev"\n    empty = ""'));
      expect(await terraform('apply', '-auto-approve', '-input=false')).toContain(
        '0 added, 1 changed, 0 destroyed',
      );
      expect((await getApp(client, appId)).tags).toEqual({ stage: 'dev', empty: '' });
      expect(await plan()).toMatchObject({ code: 0 });

      await terraform('state', 'rm', 'aws_amplify_app.shop', 'aws_amplify_backend_environment.dev');
      await terraform('import', '-input=false', 'aws_amplify_app.shop', appId);
      await terraform('import', '-input=false', 'aws_amplify_backend_environment.dev', `${appId}/dev`);
      expect(await plan()).toMatchObject({ code: 0 });

      expect(await terraform('destroy', '-auto-approve', '-input=false')).toContain('3 destroyed');
      expect((await listApps(client)).items).toEqual([]);
    });

    test('that someone else deleted are noticed and made again', { timeout: 600_000 }, async () => {
      const { client, endpoint } = subject();
      const { write, terraform, plan } = workspace(endpoint);
      write(configuration('team = "web"'));
      await terraform('init', '-input=false');
      await terraform('apply', '-auto-approve', '-input=false');
      const { items } = await listApps(client);
      await deleteEnvironment(client, items[0]?.appId ?? '', 'dev');
      const changed = await plan();
      expect(changed.code, changed.output).toBe(2);
      expect(changed.output).toContain('1 to add, 0 to change, 0 to destroy');
      expect(await terraform('apply', '-auto-approve', '-input=false')).toContain('1 added');
      await getEnvironment(client, items[0]?.appId ?? '', 'dev');
    });
  });

  withServer('aws_amplify_app with a repository', {}, (subject) => {
    test('is applied without drift, builds by its webhook, keeps its token and is destroyed', {
      timeout: 600_000,
    }, async () => {
      const { client, endpoint } = subject();
      const repository = await createClientRepository();
      const login = { username: 'x-access-token', password: 'opens-it' };
      const provider = await startGitServer(repository.folder, { login });
      onTestFinished(async () => {
        await provider.close();
        await repository.remove();
      });
      const { write, terraform, plan } = workspace(endpoint);
      write(connectedConfiguration(provider.url, 'opens-it', 'cp page.html dist/index.html'));
      await terraform('init', '-input=false');
      expect(await terraform('apply', '-auto-approve', '-input=false')).toContain('3 added, 0 changed');
      const { items } = await listApps(client);
      const appId = items[0]?.appId ?? '';
      expect(await getApp(client, appId)).toMatchObject({
        ...{ repository: provider.url, repositoryCloneMethod: 'TOKEN' },
        ...{ buildSpec: expect.stringContaining('baseDirectory: dist') },
        ...{ enableAutoBranchCreation: true, enableBranchAutoDeletion: true },
        autoBranchCreationPatterns: ['feature/*', 'release*'],
        autoBranchCreationConfig: {
          ...{ enableAutoBuild: true, framework: 'React', stage: 'BETA' },
          environmentVariables: { GREETING: 'Hello' },
        },
      });
      expect(await plan()).toMatchObject({ code: 0 });

      const branch = { appId, branchName: 'bare' };
      const address = JSON.parse(await terraform('output', '-json')).webhook.value;
      expect(await callWebhook(address, { body: '{}' })).toMatchObject({ status: 200 });
      await waitForJob(client, { ...branch, jobId: '1' }, 'SUCCEED');
      expect((await visit(endpoint, branch)).body).toBe('bare');
      // What a build has changed is nothing to Terraform.
      expect(await plan()).toMatchObject({ code: 0 });

      write(connectedConfiguration(provider.url, 'opens-it', 'echo changed > dist/index.html'));
      expect(await terraform('apply', '-auto-approve', '-input=false')).toContain('0 added, 1 changed');
      expect(await plan()).toMatchObject({ code: 0 });
      await startBuild(client, branch);
      await waitForJob(client, { ...branch, jobId: '2' }, 'SUCCEED');
      expect((await visit(endpoint, branch)).body).toBe('changed\n');

      write(connectedConfiguration(provider.url, 'another', 'echo changed > dist/index.html'));
      expect(await terraform('apply', '-auto-approve', '-input=false')).toContain('0 added, 1 changed');
      await startBuild(client, branch);
      expect(await failureOf(client, { ...branch, jobId: '3' })).toContain('Authentication failed');

      expect(await terraform('destroy', '-auto-approve', '-input=false')).toContain('3 destroyed');
      expect((await listApps(client)).items).toEqual([]);
    });
  });
});
