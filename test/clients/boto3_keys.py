"""Access keys with boto3, against a server with --auth keys."""

import json
import os
import urllib.error
import urllib.request

from botocore.exceptions import ClientError

from boto3_support import Suite, client_for


class Keys(Suite):
    # A good key of account 111122223333.
    KEY = os.environ.get("KEY_ID", "")
    SECRET = os.environ.get("KEY_SECRET", "")

    def test_whatever_boto3_signs_is_taken(self):
        client = client_for(self.KEY, self.SECRET)
        app = client.create_app(name="Größe & Weite", tags={"a+b/c=d": "é ü"})["app"]
        self.assertEqual(app["appArn"], f"arn:aws:amplify:us-east-1:111122223333:apps/{app['appId']}")
        for name in ["dev", "feature/über alles", "a+b&c=d?e#f%20g", "~tilde*'()", "😀 //x"]:
            with self.subTest(name=name):
                made = client.create_backend_environment(appId=app["appId"], environmentName=name)
                got = client.get_backend_environment(appId=app["appId"], environmentName=name)
                self.assertEqual(got["backendEnvironment"], made["backendEnvironment"])
                found = client.list_backend_environments(appId=app["appId"], environmentName=name, maxResults=1)
                self.assertEqual(found["backendEnvironments"], [made["backendEnvironment"]])
        client.untag_resource(resourceArn=app["appArn"], tagKeys=["a+b/c=d", "none"])
        self.assertEqual(client.list_tags_for_resource(resourceArn=app["appArn"])["tags"], {})
        client.delete_app(appId=app["appId"])

    def test_a_wrong_secret_is_an_invalid_signature(self):
        error = self.refusal(client_for(self.KEY, "not" + self.SECRET))
        self.assertEqual(error["Code"], "InvalidSignatureException")
        self.assertRegex(error["Message"], "^The request signature we calculated does not match")

    def test_an_unknown_key_is_an_unrecognized_client(self):
        error = self.refusal(client_for("AKBLAAAAAAAAAAAAAAAA", self.SECRET))
        # Seen on AWS: awslabs/aws-shell#248.
        self.assertEqual(
            error,
            {
                "Code": "UnrecognizedClientException",
                "Message": "The security token included in the request is invalid.",
            },
        )

    def refusal(self, client):
        with self.assertRaises(ClientError) as caught:
            client.list_apps()
        self.assertEqual(caught.exception.response["ResponseMetadata"]["HTTPStatusCode"], 403)
        return caught.exception.response["Error"]

    def test_a_presigned_request_is_good_until_it_is_changed(self):
        client = client_for(self.KEY, self.SECRET)
        app_id = client.create_app(name="presigned")["app"]["appId"]
        for name in ["dev", "prod"]:
            client.create_backend_environment(appId=app_id, environmentName=name)
        url = client.generate_presigned_url(
            "get_backend_environment", Params={"appId": app_id, "environmentName": "dev"}, ExpiresIn=300
        )
        with urllib.request.urlopen(url) as answer:
            self.assertEqual(json.load(answer)["backendEnvironment"]["environmentName"], "dev")
        for tampered in [url.replace("/dev?", "/prod?"), url.replace("Expires=300", "Expires=3000")]:
            self.assertNotEqual(tampered, url)
            with self.assertRaises(urllib.error.HTTPError) as caught:
                urllib.request.urlopen(tampered)
            self.assertEqual(caught.exception.code, 403)
            self.assertEqual(caught.exception.headers["x-amzn-ErrorType"], "InvalidSignatureException")
        client.delete_app(appId=app_id)
