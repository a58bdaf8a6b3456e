"""What the boto3 suites share."""

import os
import unittest

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ENDPOINT = os.environ["ENDPOINT"]


def client_for(key="test", secret="test", region="us-east-1", **config):
    return boto3.client(
        "amplify",
        endpoint_url=ENDPOINT,
        region_name=region,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        config=Config(retries={"max_attempts": 0}, **config),
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
