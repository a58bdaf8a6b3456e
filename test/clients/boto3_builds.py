"""Builds from a repository with boto3, from 1.26 on. boto3.test.ts makes the repositories that the environment names."""

import datetime
import io
import json
import os
import urllib.error
import urllib.request
import zipfile

from boto3_support import JobSuite, client_for, read

REPOSITORY = os.environ["REPOSITORY"]
PRIVATE_REPOSITORY = os.environ["PRIVATE_REPOSITORY"]
PRIVATE_TOKEN = os.environ["PRIVATE_TOKEN"]
FIRST, SECOND = os.environ["COMMITS"].split(",")

BUSY = "The requested branch endless already have pending or running jobs"


def call_webhook(url):
    """As a content management system does it."""
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(url, data=b"{}", method="POST", headers=headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


class Builds(JobSuite):
    def setUp(self):
        self.app = self.client.create_app(
            name="e-plantShopping",
            repository=REPOSITORY,
            accessToken="not-to-be-shown",
            environmentVariables={"GREETING": "Hello"},
        )["app"]
        self.app_id = self.app["appId"]
        self.main = self.create_branch("main")

    def create_branch(self, name):
        branch = {"appId": self.app_id, "branchName": name}
        self.client.create_branch(**branch)
        return branch

    def release(self, branch, **arguments):
        """The number of the job."""
        return self.client.start_job(**branch, jobType="RELEASE", **arguments)["jobSummary"]["jobId"]

    def build(self, branch, **arguments):
        return self.wait(branch, self.release(branch, **arguments))

    def stop(self, branch, job_id):
        self.client.stop_job(**branch, jobId=job_id)
        return self.wait(branch, job_id, "CANCELLED")

    def test_an_app_shows_its_repository_and_never_its_token(self):
        self.assertEqual(self.app["repository"], REPOSITORY)
        found = self.client.get_app(appId=self.app_id)["app"]
        self.assertEqual(found["repository"], REPOSITORY)
        # Older versions do not know this member.
        self.assertEqual(found.get("repositoryCloneMethod", "TOKEN"), "TOKEN")
        answers = json.dumps([self.app, found, self.client.list_apps()], default=str)
        self.assertNotIn("not-to-be-shown", answers)

    def test_a_release_puts_the_newest_commit_on_the_air(self):
        summary = self.client.start_job(**self.main, jobType="RELEASE")["jobSummary"]
        self.assertEqual((summary["jobId"], summary["status"]), ("1", "PENDING"))
        self.assertEqual((summary["jobType"], summary["commitId"]), ("RELEASE", "HEAD"))
        self.assertTrue(summary["jobArn"].endswith(f":apps/{self.app_id}/branches/main/jobs/0000000001"))
        job = self.wait(self.main, "1")
        summary = job["summary"]
        self.assertEqual(summary["status"], "SUCCEED")
        self.assertEqual(summary["commitId"], SECOND)
        self.assertEqual(summary["commitMessage"], "Second\n\nwith more to say")
        made = datetime.datetime.fromtimestamp(1_700_000_001, datetime.timezone.utc)
        self.assertEqual(summary["commitTime"], made)
        self.assertLessEqual(summary["startTime"], summary["endTime"])
        steps = [(step["stepName"], step["status"]) for step in job["steps"]]
        self.assertEqual(steps, [(name, "SUCCEED") for name in ("BUILD", "TEST", "DEPLOY", "VERIFY")])
        self.assertEqual(self.visit(), (200, b"two"))

    def test_the_log_and_the_artifact_come_from_the_addresses_of_the_steps(self):
        job = self.build(self.main)
        logs = {step["stepName"]: read(step["logUrl"]).decode() for step in job["steps"]}
        self.assertIn(f"[INFO]: # Cloning repository: {REPOSITORY}\n", logs["BUILD"])
        self.assertIn(f"[INFO]: # Switching to commit: {SECOND}\n", logs["BUILD"])
        self.assertIn(f"[INFO]: Hello, this is commit {SECOND} of job 0000000001\n", logs["BUILD"])
        self.assertIn("[INFO]: # Executing command: mkdir -p reports/shots\n", logs["TEST"])
        self.assertNotIn("not-to-be-shown", "".join(logs.values()))
        archive = zipfile.ZipFile(io.BytesIO(read(job["steps"][0]["artifactsUrl"])))
        self.assertEqual(archive.namelist(), ["index.html"])
        self.assertEqual(archive.read("index.html"), b"two")

    def test_a_release_may_name_an_older_commit(self):
        summary = self.build(self.main, commitId=FIRST[:8])["summary"]
        self.assertEqual(summary["status"], "SUCCEED")
        self.assertEqual((summary["commitId"], summary["commitMessage"]), (FIRST, "First"))
        self.assertEqual(self.visit(), (200, b"one"))

    def test_a_retry_builds_the_commit_of_the_job_that_it_names(self):
        self.build(self.main, commitId=FIRST)
        self.build(self.main)
        self.assertEqual(self.visit(), (200, b"two"))
        summary = self.client.start_job(**self.main, jobType="RETRY", jobId="1")["jobSummary"]
        self.assertEqual((summary["jobId"], summary["jobType"]), ("3", "RETRY"))
        summary = self.wait(self.main, "3")["summary"]
        self.assertEqual((summary["status"], summary["commitId"]), ("SUCCEED", FIRST))
        self.assertEqual(self.visit(), (200, b"one"))

    def test_jobs_are_listed_with_the_paginator_and_the_newest_first(self):
        endless = self.create_branch("endless")
        for _ in range(3):
            self.stop(endless, self.release(endless))
        pages = self.client.get_paginator("list_jobs").paginate(**endless, PaginationConfig={"PageSize": 2})
        jobs = [[(job["jobId"], job["status"]) for job in page["jobSummaries"]] for page in pages]
        self.assertEqual(jobs, [[("3", "CANCELLED"), ("2", "CANCELLED")], [("1", "CANCELLED")]])

    def test_what_the_tests_left_behind_is_listed_and_downloaded(self):
        job_id = self.build(self.main)["summary"]["jobId"]
        found = {}
        token = {}
        while True:
            page = self.client.list_artifacts(**self.main, jobId=job_id, maxResults=1, **token)
            self.assertEqual(len(page["artifacts"]), 1)
            for artifact in page["artifacts"]:
                answer = self.client.get_artifact_url(artifactId=artifact["artifactId"])
                self.assertEqual(answer["artifactId"], artifact["artifactId"])
                found[artifact["artifactFileName"]] = read(answer["artifactUrl"])
            if "nextToken" not in page:
                break
            token = {"nextToken": page["nextToken"]}
        self.assertEqual(found, {"report.json": b'{"tests":1}\n', "shots/home.png": b"picture\n"})

    def test_a_build_that_is_stopped_ends_as_cancelled(self):
        endless = self.create_branch("endless")
        job_id = self.release(endless)
        self.wait(endless, job_id, "RUNNING")
        stopped = self.client.stop_job(**endless, jobId=job_id)["jobSummary"]
        self.assertIn(stopped["status"], ("CANCELLING", "CANCELLED"))
        job = self.wait(endless, job_id)
        self.assertEqual(job["summary"]["status"], "CANCELLED")
        self.assertEqual([(step["stepName"], step["status"]) for step in job["steps"]], [("BUILD", "CANCELLED")])
        self.assert_refused(
            "BadRequestException",
            f"The job {job_id} cannot be stopped, its status is CANCELLED.",
            400,
            "StopJob",
            self.client.stop_job,
            **endless,
            jobId=job_id,
        )

    def test_a_build_that_fails_says_why_and_leaves_the_site_alone(self):
        broken = self.create_branch("broken")
        job = self.build(broken)
        self.assertEqual(job["summary"]["status"], "FAILED")
        (step,) = job["steps"]
        self.assertEqual((step["stepName"], step["status"]), ("BUILD", "FAILED"))
        self.assertEqual(
            step["statusReason"], "Non-Zero Exit Code detected: 3 by the command: echo oh no; exit 3"
        )
        log = read(step["logUrl"]).decode()
        self.assertIn("[INFO]: oh no\n", log)
        self.assertIn("[ERROR]: !!! Build failed\n", log)
        self.assertNotIn("artifactsUrl", step)

    def test_a_post_of_an_empty_object_to_the_address_of_a_webhook_builds(self):
        webhook = self.client.create_webhook(**self.main)["webhook"]
        status, body = call_webhook(webhook["webhookUrl"])
        self.assertEqual(status, 200)
        self.assertIn("RequestId", body["SendMessageResponse"]["ResponseMetadata"])
        (job,) = self.client.list_jobs(**self.main)["jobSummaries"]
        self.assertEqual((job["jobType"], job["commitId"]), ("WEB_HOOK", "HEAD"))
        summary = self.wait(self.main, job["jobId"])["summary"]
        self.assertEqual((summary["status"], summary["commitId"]), ("SUCCEED", "HEAD"))
        self.assertEqual(summary["commitMessage"], "Second\n\nwith more to say")
        self.assertEqual(self.visit(), (200, b"two"))
        self.assertEqual(call_webhook(webhook["webhookUrl"].replace("token=", "token=0"))[0], 403)
        self.assertEqual(len(self.client.list_jobs(**self.main)["jobSummaries"]), 1)

    def test_the_build_spec_of_the_app_counts_where_the_repository_has_none(self):
        spec = "version: 1\nfrontend:\n  phases: { build: { commands: ['mkdir out; cp page.html out'] } }\n"
        spec += "  artifacts: { baseDirectory: out }\n"
        updated = self.client.update_app(appId=self.app_id, buildSpec=spec)["app"]
        self.assertEqual(updated["buildSpec"], spec)
        bare = self.create_branch("bare")
        job = self.build(bare)
        self.assertEqual(job["summary"]["status"], "SUCCEED")
        self.assertEqual([step["stepName"] for step in job["steps"]], ["BUILD", "DEPLOY", "VERIFY"])
        archive = zipfile.ZipFile(io.BytesIO(read(job["steps"][0]["artifactsUrl"])))
        self.assertEqual(archive.namelist(), ["page.html"])

    def test_a_private_repository_opens_once_its_token_is_right(self):
        def reason():
            job = self.build(self.main)
            self.assertEqual(job["summary"]["status"], "FAILED")
            return job["steps"][0]["statusReason"]

        trouble = "There was an issue setting up your repository. Please try again later."
        self.client.update_app(appId=self.app_id, repository=PRIVATE_REPOSITORY)
        # The token was for another repository.
        self.assertIn(f"{trouble}(fatal: could not read Username", reason())
        self.client.update_app(appId=self.app_id, accessToken="wrong-and-secret")
        wrong = reason()
        self.assertIn(f"{trouble}(fatal: Authentication failed", wrong)
        self.assertNotIn("wrong-and-secret", wrong)
        self.client.update_app(appId=self.app_id, accessToken=PRIVATE_TOKEN)
        self.assertEqual(self.build(self.main)["summary"]["status"], "SUCCEED")
        self.assertEqual(self.visit(), (200, b"two"))

    def test_a_second_job_of_a_branch_is_refused(self):
        endless = self.create_branch("endless")
        job_id = self.release(endless)
        error = self.assert_refused(
            "LimitExceededException",
            BUSY,
            429,
            "StartJob",
            self.client.start_job,
            **endless,
            jobType="RELEASE",
        )
        self.assertIsInstance(error, self.client.exceptions.LimitExceededException)
        self.stop(endless, job_id)
        self.stop(endless, self.release(endless))

    def test_botocore_tries_a_refused_start_again_and_adds_no_job_by_that(self):
        endless = self.create_branch("endless")
        job_id = self.release(endless)
        patient = client_for(retries=1)
        with self.assertRaises(patient.exceptions.LimitExceededException) as caught:
            patient.start_job(**endless, jobType="RELEASE")
        self.assertEqual(
            str(caught.exception),
            "An error occurred (LimitExceededException) when calling the StartJob operation "
            f"(reached max retries: 1): {BUSY}",
        )
        self.assertEqual(len(self.client.list_jobs(**endless)["jobSummaries"]), 1)

        attempts = []

        def free_the_branch(**_):
            attempts.append("StartJob")
            if len(attempts) == 2:
                self.client.stop_job(**endless, jobId=job_id)

        patient.meta.events.register("before-send.amplify.StartJob", free_the_branch)
        self.assertEqual(patient.start_job(**endless, jobType="RELEASE")["jobSummary"]["jobId"], "2")
        self.assertEqual(len(attempts), 2)
        self.stop(endless, "2")

    def test_errors_are_those_of_aws(self):
        texts = {
            "The requested jobType MANUAL does not support.": {"jobType": "MANUAL"},
            "Must specify jobId for a job of jobType RETRY.": {"jobType": "RETRY"},
            "The commit main is not valid: name it by its hexadecimal id, or HEAD.": {
                "jobType": "RELEASE",
                "commitId": "main",
            },
        }
        for text, arguments in texts.items():
            with self.subTest(text):
                self.assert_bad_start(text, **self.main, **arguments)
        unconnected = self.client.create_app(name="unconnected")["app"]["appId"]
        self.client.create_branch(appId=unconnected, branchName="main")
        self.assert_bad_start(
            "Operation not supported. App is not connected to a repository.",
            appId=unconnected,
            branchName="main",
            jobType="RELEASE",
        )
        self.assertEqual(self.client.list_jobs(**self.main)["jobSummaries"], [])

    def assert_bad_start(self, text, **arguments):
        self.assert_refused("BadRequestException", text, 400, "StartJob", self.client.start_job, **arguments)

    def test_what_is_not_there_is_said_to_be_not_found(self):
        nowhere = {**self.main, "branchName": "nowhere"}
        calls = [
            ("Job 9 not found.", "StartJob", {**self.main, "jobType": "RETRY", "jobId": "9"}),
            ("Branch nowhere not found.", "StartJob", {**nowhere, "jobType": "RELEASE"}),
            ("Job 9 not found.", "ListArtifacts", {**self.main, "jobId": "9"}),
            ("Artifact nonsense not found.", "GetArtifactUrl", {"artifactId": "nonsense"}),
        ]
        methods = {
            "StartJob": self.client.start_job,
            "ListArtifacts": self.client.list_artifacts,
            "GetArtifactUrl": self.client.get_artifact_url,
        }
        for text, operation, arguments in calls:
            with self.subTest(text, operation=operation):
                self.assert_refused("NotFoundException", text, 404, operation, methods[operation], **arguments)
