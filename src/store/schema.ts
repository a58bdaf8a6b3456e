import type { Generated } from 'kysely';

/** The tables as Kysely types them. Times are epoch milliseconds; JSON is kept as text. */
export interface Tables {
  apps: {
    app_id: string;
    account: string;
    region: string;
    name: string;
    tags: string;
    settings: string;
    create_time: number;
    update_time: number;
    /** The token of the repository, as the API sealed it. */
    sealed_token: string | null;
  };
  /** One row per CreateApp of the last hour, deleted apps included: what the hourly quota counts. */
  app_creations: { account: string; region: string; at: number };
  backend_environments: {
    app_id: string;
    environment_name: string;
    stack_name: string;
    deployment_artifacts: string;
    create_time: number;
    update_time: number;
  };
  branches: {
    app_id: string;
    branch_name: string;
    display_name: string;
    stage: string;
    tags: string;
    settings: string;
    backend_environment_arn: string | null;
    backend_stack_arn: string | null;
    create_time: number;
    update_time: number;
    /** The number of the newest job that the branch ever had. */
    last_job_id: Generated<number>;
    /** The job whose deployment visitors get. */
    published_job_id: Generated<number | null>;
  };
  jobs: {
    app_id: string;
    branch_name: string;
    job_id: number;
    /** What stands for the job in addresses. */
    uid: string;
    status: string;
    start_time: number | null;
    /** The archive as JSON: its blob, MD5 and size. */
    artifact: string | null;
    record: string;
  };
  /** The files that a deployment announced, and the blob of each that came. */
  job_files: {
    app_id: string;
    branch_name: string;
    job_id: number;
    number: number;
    name: string;
    md5: string;
    hash: string | null;
    size: number | null;
  };
  /** What a job deployed; `origin_job_id` is the job that made the tree. */
  deployments: {
    app_id: string;
    branch_name: string;
    job_id: number;
    origin_job_id: number;
    tree: string;
    headers: string;
    create_time: number;
  };
  /** What polling saw last: the commit of each branch of a repository. */
  repository_heads: { app_id: string; branch_name: string; commit_id: string };
  /** What a branch keeps from one build to the next: the blob of its cache, and envCache as JSON. */
  build_caches: { app_id: string; branch_name: string; hash: string | null; environment: string };
  /** What the tests of a job left behind. */
  test_artifacts: {
    app_id: string;
    branch_name: string;
    job_id: number;
    number: number;
    name: string;
    hash: string;
    md5: string;
    size: number;
  };
  webhooks: {
    webhook_id: string;
    app_id: string;
    branch_name: string;
    description: string | null;
    tags: string;
    create_time: number;
    update_time: number;
  };
  /** What is asked for by no query is kept as one JSON text. */
  domain_associations: { app_id: string; domain_name: string; record: string };
  /** The host names that associations hold: each belongs to one, on the whole server. */
  domain_hosts: { host: string; app_id: string; domain_name: string };
  /** Work that is to be done at a time; `lease_until` is 0 while nobody works on it. */
  tasks: { kind: string; key: string; run_at: number; lease_until: number };
  /** Only accounts of which something is to be said; any other account is in good standing. */
  accounts: { account: string; suspended_at: number | null };
  access_keys: { access_key_id: string; account: string; sealed_secret: string; create_time: number };
  /** Secrets of the server itself, such as the key of page tokens. */
  server_secrets: { name: string; value: string };
}
