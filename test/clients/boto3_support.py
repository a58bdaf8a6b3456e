"""What the boto3 suites share."""

import http.client
import os
import time
import unittest
import urllib.parse
import urllib.request

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ENDPOINT = os.environ["ENDPOINT"]


def client_for(key="test", secret="test", region="us-east-1", retries=0, **config):
    return boto3.client(
        "amplify",
        endpoint_url=ENDPOINT,
        region_name=region,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        config=Config(retries={"max_attempts": retries}, **config),
    )


def all_environments(client, app_id, **options):
    """There is no paginator for this list in any boto3, so programs follow the tokens themselves."""
    pages = []
    token = {}
    while True:
        page = client.list_backend_environments(appId=app_id, **options, **token)
        pages.append(page["backendEnvironments"])
        if "nextToken" not in page:
            return pages
        token = {"nextToken": page["nextToken"]}


def read(url):
    with urllib.request.urlopen(url) as answer:
        return answer.read()


class Suite(unittest.TestCase):
    maxDiff = None

    def assert_refused(self, code, message, status, operation, call, **arguments):
        with self.assertRaises(ClientError) as caught:
            call(**arguments)
        error = caught.exception
        self.assertEqual(error.response["Error"], {"Code": code, "Message": message})
        self.assertEqual(error.response["ResponseMetadata"]["HTTPStatusCode"], status)
        self.assertEqual(error.operation_name, operation)
        return error


class AppSuite(Suite):
    """A fresh app for every test."""

    @classmethod
    def setUpClass(cls):
        cls.client = client_for()

    def setUp(self):
        self.app = self.client.create_app(name="e-plantShopping")["app"]
        self.app_id = self.app["appId"]

    def tearDown(self):
        for page in self.client.get_paginator("list_apps").paginate():
            for app in page["apps"]:
                self.client.delete_app(appId=app["appId"])


class JobSuite(AppSuite):
    """Its apps have a branch `main`, whose site can be visited."""

    def visit(self, path="/"):
        host = urllib.parse.urlsplit(ENDPOINT)
        connection = http.client.HTTPConnection(host.hostname, host.port)
        connection.request("GET", path, headers={"Host": f"main.{self.app_id}.localhost"})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, body

    def wait(self, branch, job_id, *wanted):
        """The job in one of these states, or however it ends. There is no waiter for jobs in any boto3."""
        ends = ("SUCCEED", "FAILED", "CANCELLED")
        for _ in range(1200):
            job = self.client.get_job(**branch, jobId=job_id)["job"]
            status = job["summary"]["status"]
            if status in (wanted or ends):
                return job
            if status in ends:
                break
            time.sleep(0.05)
        self.fail(f"The job is {status}.")
