"""Manual deployments with boto3, from 1.26 on: as deployment scripts do them."""

import base64
import hashlib
import http.server
import io
import threading
import urllib.error
import urllib.parse
import urllib.request
import zipfile

from boto3_support import JobSuite, read


def zip_of(files):
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return memory.getvalue()


def put(url, body, **headers):
    """Like most scripts; urllib names a type of its own."""
    request = urllib.request.Request(url, data=body, method="PUT", headers=headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


class Source(http.server.BaseHTTPRequestHandler):
    archive = b""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.archive)))
        self.end_headers()
        self.wfile.write(self.archive)

    def log_message(self, *_):
        pass


class Deployments(JobSuite):
    def setUp(self):
        super().setUp()
        self.branch = {"appId": self.app_id, "branchName": "main"}
        self.client.create_branch(**self.branch)

    def deploy(self, files):
        created = self.client.create_deployment(**self.branch)
        self.assertEqual(put(created["zipUploadUrl"], zip_of(files)), (200, b""))
        self.client.start_deployment(**self.branch, jobId=created["jobId"])
        return self.wait(self.branch, created["jobId"])

    def test_an_archive_goes_on_the_air(self):
        job = self.deploy({"index.html": "<h1>zip</h1>", "a/b.css": "b {}"})
        self.assertEqual(job["summary"]["status"], "SUCCEED")
        self.assertEqual(job["summary"]["jobType"], "MANUAL")
        steps = [(step["stepName"], step["status"]) for step in job["steps"]]
        self.assertEqual(steps, [("DEPLOY", "SUCCEED"), ("VERIFY", "SUCCEED")])
        self.assertEqual(self.visit("/"), (200, b"<h1>zip</h1>"))
        self.assertEqual(self.visit("/a/b.css"), (200, b"b {}"))
        self.assertIn(b"Beginning deployment", read(job["steps"][0]["logUrl"]))
        archive = zipfile.ZipFile(io.BytesIO(read(job["steps"][0]["artifactsUrl"])))
        self.assertEqual(sorted(archive.namelist()), ["a/b.css", "index.html"])

    def test_single_files_go_on_the_air(self):
        files = {"index.html": b"<h1>files</h1>", "docs/\u00fcber uns.html": b"about", "empty.txt": b""}
        digests = {name: hashlib.md5(content).hexdigest() for name, content in files.items()}
        created = self.client.create_deployment(**self.branch, fileMap=digests)
        self.assertEqual(sorted(created["fileUploadUrls"]), sorted(files))
        for name, content in files.items():
            self.assertEqual(put(created["fileUploadUrls"][name], content), (200, b""))
        self.client.start_deployment(**self.branch, jobId=created["jobId"])
        self.assertEqual(self.wait(self.branch, created["jobId"])["summary"]["status"], "SUCCEED")
        for name, content in files.items():
            self.assertEqual(self.visit("/" + urllib.parse.quote(name)), (200, content))

    def test_a_file_that_is_not_the_announced_one_is_refused(self):
        digest = hashlib.md5(b"announced").hexdigest()
        created = self.client.create_deployment(**self.branch, fileMap={"index.html": digest})
        status, body = put(created["fileUploadUrls"]["index.html"], b"other")
        self.assertEqual(status, 400)
        self.assertIn(b"<Code>BadDigest</Code>", body)
        self.assert_refused_to_start(created["jobId"])
        self.assertEqual(put(created["fileUploadUrls"]["index.html"], b"announced")[0], 200)
        self.client.start_deployment(**self.branch, jobId=created["jobId"])
        self.assertEqual(self.wait(self.branch, created["jobId"])["summary"]["status"], "SUCCEED")

    def assert_refused_to_start(self, job_id):
        with self.assertRaises(self.client.exceptions.BadRequestException):
            self.client.start_deployment(**self.branch, jobId=job_id)

    def test_an_upload_is_checked_against_its_content_md5(self):
        url = self.client.create_deployment(**self.branch)["zipUploadUrl"]
        archive = zip_of({"index.html": "checked"})
        wrong = base64.b64encode(hashlib.md5(b"wrong").digest()).decode()
        right = base64.b64encode(hashlib.md5(archive).digest()).decode()
        self.assertEqual(put(url, archive, **{"Content-MD5": wrong})[0], 400)
        headers = {"Content-MD5": right, "Content-Type": "application/zip"}
        self.assertEqual(put(url, archive, **headers)[0], 200)

    def test_an_archive_is_fetched_from_an_address(self):
        Source.archive = zip_of({"index.html": "fetched"})
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Source)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/site.zip"
        summary = self.client.start_deployment(**self.branch, sourceUrl=url)["jobSummary"]
        self.assertEqual((summary["jobId"], summary["status"]), ("1", "PENDING"))
        job = self.wait(self.branch, "1")["summary"]
        self.assertEqual(job["status"], "SUCCEED")
        # Older versions do not know this member.
        self.assertEqual(job.get("sourceUrl", url), url)
        server.shutdown()
        server.server_close()
        self.assertEqual(self.visit("/"), (200, b"fetched"))

    def test_jobs_are_listed_with_the_paginator_and_the_newest_first(self):
        for number in range(11):
            self.client.create_deployment(**self.branch)
            self.client.stop_job(**self.branch, jobId=str(number + 1))
        pages = self.client.get_paginator("list_jobs").paginate(**self.branch, PaginationConfig={"PageSize": 4})
        ids = [[summary["jobId"] for summary in page["jobSummaries"]] for page in pages]
        self.assertEqual(ids, [["11", "10", "9", "8"], ["7", "6", "5", "4"], ["3", "2", "1"]])

    def test_a_retry_deploys_the_same_bytes_again(self):
        self.deploy({"index.html": "one"})
        self.deploy({"index.html": "two"})
        summary = self.client.start_job(**self.branch, jobType="RETRY", jobId="1")["jobSummary"]
        self.assertEqual(summary["jobId"], "3")
        self.assertEqual(self.wait(self.branch, "3")["summary"]["status"], "SUCCEED")
        self.assertEqual(self.visit("/"), (200, b"one"))

    def test_a_stopped_job_can_be_deleted_and_is_gone(self):
        self.client.create_deployment(**self.branch)
        stopped = self.client.stop_job(**self.branch, jobId="1")["jobSummary"]
        self.assertEqual(stopped["status"], "CANCELLED")
        self.assertEqual(self.client.delete_job(**self.branch, jobId="1")["jobSummary"], stopped)
        self.assertEqual(self.client.list_jobs(**self.branch)["jobSummaries"], [])
        with self.assertRaises(self.client.exceptions.NotFoundException):
            self.client.get_job(**self.branch, jobId="1")

    def test_errors_are_those_of_aws(self):
        self.client.create_deployment(**self.branch)
        self.assert_refused(
            "BadRequestException",
            "The last job(deployment) 1 was not finished, please wait until it finish or use StopJob operation "
            "to cancel it before creating a new deployment.",
            400,
            "CreateDeployment",
            self.client.create_deployment,
            **self.branch,
        )
        self.assert_refused(
            "BadRequestException",
            "Must specify jobId or sourceUrl for StartDeploymentRequest.",
            400,
            "StartDeployment",
            self.client.start_deployment,
            **self.branch,
        )
        self.assert_refused(
            "BadRequestException",
            "The requested jobType MANUAL does not support.",
            400,
            "StartJob",
            self.client.start_job,
            **self.branch,
            jobType="MANUAL",
        )

    def test_access_logs_hold_the_visits(self):
        self.deploy({"index.html": "logged"})
        self.visit("/?page=1")
        answer = self.client.generate_access_logs(appId=self.app_id, domainName=f"{self.app_id}.amplifyapp.com")
        lines = read(answer["logUrl"]).decode().splitlines()
        self.assertTrue(lines[0].startswith("date,time,x-edge-location,"))
        self.assertIn(",/,200,-,", lines[-1])
        self.assertIn(",page\\=1,", lines[-1])
