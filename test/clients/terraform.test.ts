import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { deleteEnvironment, getApp, getEnvironment, listApps } from '../support/amplify.ts';
import { withServer } from '../support/server.ts';

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
});
