import {
  type AmplifyClient,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-amplify';

export function tag(client: AmplifyClient, resourceArn: string, tags: Record<string, string>) {
  return client.send(new TagResourceCommand({ resourceArn, tags }));
}

export function untag(client: AmplifyClient, resourceArn: string, tagKeys: string[]) {
  return client.send(new UntagResourceCommand({ resourceArn, tagKeys }));
}

export async function tagsOf(client: AmplifyClient, resourceArn: string) {
  const { tags } = await client.send(new ListTagsForResourceCommand({ resourceArn }));
  return tags;
}

/** That many tags, told apart by number. */
export function numberedTags(count: number, start = 0): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, number) => [`key${start + number}`, `value${start + number}`]),
  );
}
