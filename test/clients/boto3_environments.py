"""Backend environments with boto3."""

import datetime
import uuid

from boto3_support import AppSuite, all_environments

UTC = datetime.timezone.utc


class Environments(AppSuite):
    def create(self, name, **more):
        answer = self.client.create_backend_environment(appId=self.app_id, environmentName=name, **more)
        return answer["backendEnvironment"]

    def get(self, name):
        return self.client.get_backend_environment(appId=self.app_id, environmentName=name)["backendEnvironment"]

    def test_a_program_written_for_aws_creates_an_environment_and_reads_it_back(self):
        before = datetime.datetime.now(UTC)
        answer = self.client.create_backend_environment(
            appId=self.app_id,
            environmentName="dev",
            stackName="amplify-shop-dev-161629",
            deploymentArtifacts="amplify-shop-dev-161629-deployment",
        )
        after = datetime.datetime.now(UTC)
        meta = answer.pop("ResponseMetadata")
        created = answer["backendEnvironment"]["createTime"]
        self.assertEqual(
            answer,
            {
                "backendEnvironment": {
                    "backendEnvironmentArn": f"arn:aws:amplify:us-east-1:123456789012:apps/{self.app_id}"
                    "/backendenvironments/dev",
                    "environmentName": "dev",
                    "stackName": "amplify-shop-dev-161629",
                    "deploymentArtifacts": "amplify-shop-dev-161629-deployment",
                    "createTime": created,
                    "updateTime": created,
                }
            },
        )
        millisecond = datetime.timedelta(milliseconds=1)
        self.assertTrue(before - millisecond <= created <= after + millisecond, (before, created, after))
        self.assertEqual(meta["HTTPStatusCode"], 200)
        self.assertEqual(meta["RetryAttempts"], 0)
        self.assertEqual(str(uuid.UUID(meta["RequestId"])), meta["RequestId"])
        self.assertEqual(meta["HTTPHeaders"]["content-type"], "application/json")
        self.assertEqual(self.get("dev"), answer["backendEnvironment"])

    def test_times_are_datetimes_with_milliseconds(self):
        environments = [self.create(f"env{number}") for number in range(10)]
        times = [environment["createTime"] for environment in environments]
        for time in times:
            self.assertIsNotNone(time.tzinfo)
            self.assertEqual(time.microsecond % 1000, 0)
        self.assertTrue(any(time.microsecond for time in times))
        self.assertEqual(times, sorted(times))
        self.assertIsInstance(self.app["createTime"], datetime.datetime)

    def test_names_that_are_left_out_are_generated_each_on_its_own(self):
        def moment(environment):
            return environment["createTime"].astimezone(UTC).strftime("%H%M%S")

        both = self.create("paradise")
        self.assertEqual(both["stackName"], f"amplify-e-plantShopp-paradise-{moment(both)}")
        self.assertEqual(both["deploymentArtifacts"], f"e-plantshopp-paradise-{moment(both)}-deployment")
        stack = self.create("one", deploymentArtifacts="Given_Artifacts")
        self.assertEqual(stack["stackName"], f"amplify-e-plantShopp-one-{moment(stack)}")
        self.assertEqual(stack["deploymentArtifacts"], "Given_Artifacts")
        artifacts = self.create("two", stackName="Given_Stack")
        self.assertEqual(artifacts["deploymentArtifacts"], f"e-plantshopp-two-{moment(artifacts)}-deployment")
        self.assertEqual(artifacts["stackName"], "Given_Stack")

    def test_a_second_create_is_refused_and_changes_nothing(self):
        made = self.create("dev", stackName="first")
        # Seen on AWS: aws-amplify/amplify-hosting#339.
        error = self.assert_refused(
            "BadRequestException",
            "BackendEnvironment dev already exists.",
            400,
            "CreateBackendEnvironment",
            self.create,
            name="dev",
            stackName="second",
        )
        self.assertIsInstance(error, self.client.exceptions.BadRequestException)
        self.assertEqual(self.get("dev"), made)

    def test_what_is_missing_is_a_not_found_exception(self):
        client = self.client
        # Seen on AWS: aws-amplify/amplify-cli#11694 and #4506.
        missing = ("NotFoundException", "BackendEnvironment dev does not exist.", 404)
        unknown = ("NotFoundException", "App dunknown1234 not found.", 404)
        here = {"appId": self.app_id, "environmentName": "dev"}
        there = {**here, "appId": "dunknown1234"}
        cases = [
            (missing, "GetBackendEnvironment", client.get_backend_environment, here),
            (missing, "DeleteBackendEnvironment", client.delete_backend_environment, here),
            (unknown, "CreateBackendEnvironment", client.create_backend_environment, there),
            (unknown, "GetBackendEnvironment", client.get_backend_environment, there),
            (unknown, "ListBackendEnvironments", client.list_backend_environments, {"appId": "dunknown1234"}),
            (unknown, "GetApp", client.get_app, {"appId": "dunknown1234"}),
            (unknown, "UpdateApp", client.update_app, {"appId": "dunknown1234", "name": "other"}),
            (unknown, "DeleteApp", client.delete_app, {"appId": "dunknown1234"}),
        ]
        for refusal, operation, call, arguments in cases:
            with self.subTest(operation=operation):
                error = self.assert_refused(*refusal, operation, call, **arguments)
                self.assertIsInstance(error, client.exceptions.NotFoundException)

    def test_a_deleted_environment_is_shown_once_more_and_gone(self):
        made = self.create("dev")
        answer = self.client.delete_backend_environment(appId=self.app_id, environmentName="dev")
        self.assertEqual(answer["backendEnvironment"], made)
        with self.assertRaises(self.client.exceptions.NotFoundException):
            self.get("dev")
        self.assertEqual(all_environments(self.client, self.app_id), [[]])

    def test_environments_are_listed_by_name_page_by_page(self):
        made = {name: self.create(name) for name in ["test", "dev", "prod", "beta", "qa"]}
        pages = all_environments(self.client, self.app_id, maxResults=2)
        self.assertEqual([[one["environmentName"] for one in page] for page in pages],
                         [["beta", "dev"], ["prod", "qa"], ["test"]])
        for page in pages:
            for environment in page:
                self.assertEqual(environment, made[environment["environmentName"]])
        self.assertEqual(len(all_environments(self.client, self.app_id)), 1)

    def test_the_list_can_be_asked_for_one_name(self):
        made = {name: self.create(name) for name in ["dev", "develop"]}
        found = self.client.list_backend_environments(appId=self.app_id, environmentName="dev")
        self.assertEqual(found["backendEnvironments"], [made["dev"]])
        self.assertNotIn("nextToken", found)
        none = self.client.list_backend_environments(appId=self.app_id, environmentName="de")
        self.assertEqual(none["backendEnvironments"], [])

    def test_a_token_that_nobody_gave_and_a_page_that_is_too_large_are_bad_requests(self):
        with self.assertRaises(self.client.exceptions.BadRequestException):
            self.client.list_backend_environments(appId=self.app_id, nextToken="made-up")
        error = self.assert_refused(
            "BadRequestException",
            "1 validation error detected: Value '51' at 'maxResults' failed to satisfy constraint: "
            "Member must have value less than or equal to 50",
            400,
            "ListBackendEnvironments",
            self.client.list_backend_environments,
            appId=self.app_id,
            maxResults=51,
        )
        self.assertIsInstance(error, self.client.exceptions.BadRequestException)

    def test_names_with_slashes_spaces_and_other_alphabets_are_kept_to_the_letter(self):
        for name in ["feature/login", "über alles", "日本 語/é", "a+b&c=d?e#f%20g", "..", "~tilde*'()", "😀"]:
            with self.subTest(name=name):
                made = self.create(name, stackName=f"stack {name}", deploymentArtifacts=f"bucket {name}")
                self.assertEqual(made["environmentName"], name)
                self.assertEqual(made["stackName"], f"stack {name}")
                self.assertEqual(made["deploymentArtifacts"], f"bucket {name}")
                self.assertEqual(self.get(name), made)
                found = self.client.list_backend_environments(appId=self.app_id, environmentName=name)
                self.assertEqual(found["backendEnvironments"], [made])
                self.client.delete_backend_environment(appId=self.app_id, environmentName=name)
                self.assertEqual(all_environments(self.client, self.app_id), [[]])

    def test_an_app_takes_its_environments_with_it(self):
        self.create("dev")
        self.assertEqual(self.client.delete_app(appId=self.app_id)["app"], self.app)
        with self.assertRaises(self.client.exceptions.NotFoundException):
            self.get("dev")
        with self.assertRaises(self.client.exceptions.NotFoundException):
            self.client.list_backend_environments(appId=self.app_id)
