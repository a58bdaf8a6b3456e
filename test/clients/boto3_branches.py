"""Branches, domain associations and webhooks with boto3, from 1.26 on."""

import time

from boto3_support import AppSuite


class Branches(AppSuite):
    def create(self, name, **settings):
        return self.client.create_branch(appId=self.app_id, branchName=name, **settings)["branch"]

    def associate(self, domain, branch):
        return self.client.create_domain_association(
            appId=self.app_id,
            domainName=domain,
            subDomainSettings=[{"prefix": "www", "branchName": branch}],
        )["domainAssociation"]

    def test_a_new_branch_has_the_defaults_of_aws(self):
        branch = self.create("feature/my_CoolBranch")
        expected = {
            "branchName": "feature/my_CoolBranch",
            "displayName": "feature-my-coolbranch",
            "stage": "NONE",
            "ttl": "5",
            "totalNumberOfJobs": "0",
            "enableAutoBuild": True,
            "enableBasicAuth": False,
            "enableNotification": False,
            "enablePullRequestPreview": False,
            "tags": {},
        }
        self.assertEqual({name: branch[name] for name in expected}, expected)
        got = self.client.get_branch(appId=self.app_id, branchName="feature/my_CoolBranch")["branch"]
        self.assertEqual(got, branch)

    def test_branches_are_listed_with_the_paginator(self):
        names = [f"branch-{number}" for number in range(5)]
        for name in reversed(names):
            self.create(name)
        paginator = self.client.get_paginator("list_branches")
        pages = list(paginator.paginate(appId=self.app_id, PaginationConfig={"PageSize": 2}))
        self.assertEqual([len(page["branches"]) for page in pages], [2, 2, 1])
        self.assertEqual([branch["branchName"] for page in pages for branch in page["branches"]], names)

    def test_domain_associations_are_listed_with_the_paginator(self):
        self.create("main")
        domains = [f"boto3-{number}-{self.app_id}.example" for number in range(3)]
        for domain in reversed(domains):
            self.assertEqual(self.associate(domain, "main")["domainStatus"], "CREATING")
        paginator = self.client.get_paginator("list_domain_associations")
        pages = list(paginator.paginate(appId=self.app_id, PaginationConfig={"PageSize": 2}))
        self.assertEqual([len(page["domainAssociations"]) for page in pages], [2, 1])
        listed = [domain["domainName"] for page in pages for domain in page["domainAssociations"]]
        self.assertEqual(listed, domains)

    def test_a_domain_association_becomes_available(self):
        self.create("main")
        domain = f"way-{self.app_id}.example"
        self.associate(domain, "main")
        for _ in range(600):
            association = self.client.get_domain_association(appId=self.app_id, domainName=domain)
            if association["domainAssociation"]["domainStatus"] == "AVAILABLE":
                break
            time.sleep(0.1)
        self.assertEqual(association["domainAssociation"]["domainStatus"], "AVAILABLE")
        branch = self.client.get_branch(appId=self.app_id, branchName="main")["branch"]
        self.assertEqual(branch["customDomains"], [f"www.{domain}"])

    def test_a_webhook_leads_to_this_server(self):
        self.create("main")
        webhook = self.client.create_webhook(appId=self.app_id, branchName="main")["webhook"]
        self.assertIn("/prod/webhooks?id=" + webhook["webhookId"], webhook["webhookUrl"])
        self.assertEqual(self.client.get_webhook(webhookId=webhook["webhookId"])["webhook"], webhook)
        self.assertEqual(self.client.list_webhooks(appId=self.app_id)["webhooks"], [webhook])

    def test_errors_are_those_of_aws(self):
        self.create("main")
        self.assert_refused(
            "BadRequestException",
            f"Failed to create branch. The branch main already exists for the app {self.app_id}",
            400,
            "CreateBranch",
            self.client.create_branch,
            appId=self.app_id,
            branchName="main",
        )
        self.assert_refused(
            "NotFoundException",
            "Branch gone not found.",
            404,
            "DeleteBranch",
            self.client.delete_branch,
            appId=self.app_id,
            branchName="gone",
        )
