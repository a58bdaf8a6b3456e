"""Apps and their tags with boto3. Runs with boto3 from 1.26 on: what its model lacks is not asked for."""

import base64

from boto3_support import AppSuite, client_for


class Apps(AppSuite):
    def update(self, **changes):
        return self.client.update_app(appId=self.app_id, **changes)["app"]

    def test_a_new_app_has_the_defaults_of_aws(self):
        expected = {
            "appId": self.app_id,
            "appArn": f"arn:aws:amplify:us-east-1:123456789012:apps/{self.app_id}",
            "name": "e-plantShopping",
            "tags": {},
            "platform": "WEB",
            "createTime": self.app["createTime"],
            "updateTime": self.app["createTime"],
            "environmentVariables": {},
            "defaultDomain": f"{self.app_id}.amplifyapp.com",
            "enableBranchAutoBuild": False,
            "enableBranchAutoDeletion": False,
            "enableBasicAuth": False,
            "customRules": [],
            "enableAutoBranchCreation": False,
            # These came after boto3 1.26.
            "cacheConfig": {"type": "AMPLIFY_MANAGED_NO_COOKIES"},
            "jobConfig": {"buildComputeType": "STANDARD_8GB"},
        }
        members = set(self.client.meta.service_model.shape_for("App").members)
        self.assertEqual(self.app, {name: value for name, value in expected.items() if name in members})
        self.assertRegex(self.app_id, "^d[a-z0-9]{12,13}$")
        self.assertEqual(self.client.get_app(appId=self.app_id)["app"], self.app)

    def test_every_member_of_an_app_is_kept(self):
        credentials = base64.b64encode(b"user:password").decode()
        given = {
            "name": "Größe & Weite",
            "description": "a shop",
            "repository": "https://github.com/example/shop",
            "platform": "WEB_COMPUTE",
            "iamServiceRoleArn": "arn:aws:iam::123456789012:role/amplify",
            "environmentVariables": {"STAGE": "dev", "EMPTY": ""},
            "enableBranchAutoBuild": True,
            "enableBranchAutoDeletion": True,
            "enableBasicAuth": True,
            "basicAuthCredentials": credentials,
            "customRules": [
                {"source": "/<*>", "target": "/index.html", "status": "404-200"},
                {"source": "/old", "target": "/new", "status": "301", "condition": "<US>"},
            ],
            "tags": {"team": "web", "empty": ""},
            "buildSpec": "version: 1\n",
            "customHeaders": "customHeaders:\n  - pattern: '*'\n",
            "enableAutoBranchCreation": True,
            "autoBranchCreationPatterns": ["feature*", "*/**"],
        }
        app = self.client.create_app(accessToken="a-token", **given)["app"]
        for name, value in given.items():
            self.assertEqual(app[name], value, name)
        self.assertEqual(app["repositoryCloneMethod"], "TOKEN")
        self.assertFalse({"accessToken", "oauthToken"} & set(app))
        self.assertEqual(self.client.get_app(appId=app["appId"])["app"], app)

    def test_apps_are_listed_in_order_of_creation_with_the_paginator(self):
        apps = [self.app] + [self.client.create_app(name=f"app-{number}")["app"] for number in range(4)]
        apps.sort(key=lambda app: (app["createTime"], app["appId"]))
        paginator = self.client.get_paginator("list_apps")
        pages = list(paginator.paginate(PaginationConfig={"PageSize": 2}))
        self.assertEqual([len(page["apps"]) for page in pages], [2, 2, 1])
        self.assertEqual([app for page in pages for app in page["apps"]], apps)
        self.assertEqual(["nextToken" in page for page in pages], [True, True, False])

        first = paginator.paginate(PaginationConfig={"PageSize": 2, "MaxItems": 3}).build_full_result()
        self.assertEqual(first["apps"], apps[:3])
        rest = paginator.paginate(PaginationConfig={"StartingToken": first["NextToken"]}).build_full_result()
        self.assertEqual(rest["apps"], apps[3:])

    def test_an_update_changes_what_it_names_and_nothing_else(self):
        before = self.update(description="a shop", buildSpec="version: 1\n")
        after = self.update(name="other", platform="WEB_COMPUTE")
        self.assertGreaterEqual(after["updateTime"], before["updateTime"])
        self.assertEqual(
            after, {**before, "name": "other", "platform": "WEB_COMPUTE", "updateTime": after["updateTime"]}
        )
        self.assertEqual(self.client.get_app(appId=self.app_id)["app"], after)

    def test_environment_variables_follow_the_rules_of_aws(self):
        def variables(**changes):
            return self.update(**changes)["environmentVariables"]

        self.assertEqual(variables(environmentVariables={"A": "1", "B": "2"}), {"A": "1", "B": "2"})
        self.assertEqual(variables(name="other"), {"A": "1", "B": "2"})
        # Seen on AWS: aws/aws-sdk-go-v2#2788.
        self.assertEqual(variables(environmentVariables={}), {"A": "1", "B": "2"})
        self.assertEqual(variables(environmentVariables={"C": "3"}), {"C": "3"})
        # Seen on AWS: hashicorp/terraform-provider-aws#39327.
        self.assert_refused(
            "BadRequestException",
            "Environment variables cannot have an empty key.",
            400,
            "UpdateApp",
            self.update,
            environmentVariables={"": ""},
        )
        self.assertEqual(variables(environmentVariables={" ": ""}), {})

    def test_empty_values_clear_only_what_aws_lets_them_clear(self):
        credentials = base64.b64encode(b"user:password").decode()
        rules = [{"source": "/a", "target": "/b", "status": "301"}]
        before = self.update(
            description="a shop",
            iamServiceRoleArn="arn:aws:iam::123456789012:role/amplify",
            enableBasicAuth=True,
            basicAuthCredentials=credentials,
            customRules=rules,
        )
        self.assertEqual(before["customRules"], rules)
        # Seen on AWS: the acceptance tests of Terraform's aws_amplify_app.
        after = self.update(
            description="",
            iamServiceRoleArn="",
            enableBasicAuth=False,
            basicAuthCredentials="",
            customRules=[],
        )
        self.assertEqual(
            after,
            {**before, "enableBasicAuth": False, "customRules": [], "updateTime": after["updateTime"]},
        )

    def test_tags_show_at_once_in_the_app(self):
        arn = self.app["appArn"]
        self.client.tag_resource(resourceArn=arn, tags={"team": "web", "stage": "dev"})
        self.client.tag_resource(resourceArn=arn, tags={"stage": "prod", "empty": ""})
        tags = {"team": "web", "stage": "prod", "empty": ""}
        self.assertEqual(self.client.list_tags_for_resource(resourceArn=arn)["tags"], tags)
        self.assertEqual(self.client.get_app(appId=self.app_id)["app"]["tags"], tags)
        self.client.untag_resource(resourceArn=arn, tagKeys=["team", "empty", "never"])
        self.assertEqual(self.client.list_tags_for_resource(resourceArn=arn)["tags"], {"stage": "prod"})
        self.assertEqual(self.client.get_app(appId=self.app_id)["app"]["tags"], {"stage": "prod"})

    def test_tags_of_a_resource_that_is_missing_are_a_resource_not_found_exception(self):
        arn = "arn:aws:amplify:us-east-1:123456789012:apps/dunknown1234"
        with self.assertRaises(self.client.exceptions.ResourceNotFoundException) as caught:
            self.client.list_tags_for_resource(resourceArn=arn)
        response = caught.exception.response
        self.assertEqual(response["Error"]["Code"], "ResourceNotFoundException")
        self.assertEqual(response["ResponseMetadata"]["HTTPStatusCode"], 404)
        self.assertEqual(response["code"], "ResourceNotFoundException")
        self.assertEqual(response["message"], response["Error"]["Message"])

    def test_accounts_and_regions_do_not_see_each_other(self):
        for stranger in [client_for(region="eu-west-1"), client_for(key="111122223333")]:
            self.assertEqual(stranger.list_apps()["apps"], [])
            with self.assertRaises(stranger.exceptions.NotFoundException):
                stranger.get_app(appId=self.app_id)
        other = client_for(key="111122223333", region="eu-west-1")
        app = other.create_app(name="theirs")["app"]
        self.assertEqual(app["appArn"], f"arn:aws:amplify:eu-west-1:111122223333:apps/{app['appId']}")
        other.delete_app(appId=app["appId"])
