import { GatewayError } from './gateway-error.ts';

export interface Match<O> {
  readonly operation: O;
  /** The label segments of the path in order, as they stand on the wire. */
  readonly labels: readonly string[];
}

interface Node<O> {
  readonly literals: Map<string, Node<O>>;
  label?: Node<O>;
  readonly byMethod: Map<string, O>;
}

/**
 * Builds the router: method and raw path to operation. The path is split before it is decoded, so a label
 * keeps an encoded slash (`feature%2Flogin` is one segment).
 * Throws UnknownOperationException (404) for anything else.
 */
export function createMatcher<O extends { readonly method: string; readonly path: string }>(
  operations: Iterable<O>,
) {
  const root = createNode<O>();
  for (const operation of operations) {
    let node = root;
    for (const segment of operation.path.slice(1).split('/')) node = descend(node, segment);
    node.byMethod.set(operation.method, operation);
  }

  return (method: string, path: string): Match<O> => {
    const labels: string[] = [];
    let node: Node<O> | undefined = root;
    for (const segment of path.slice(1).split('/')) {
      const literal: Node<O> | undefined = node.literals.get(segment);
      if (!literal) labels.push(segment);
      node = literal ?? node.label;
      if (!node) break;
    }
    const operation = node?.byMethod.get(method);
    if (!operation) throw unknownOperation();
    return { operation, labels };
  };
}

function createNode<O>(): Node<O> {
  return { literals: new Map(), byMethod: new Map() };
}

function descend<O>(node: Node<O>, segment: string): Node<O> {
  if (segment.startsWith('{')) {
    node.label ??= createNode();
    return node.label;
  }
  let next = node.literals.get(segment);
  if (!next) {
    next = createNode();
    node.literals.set(segment, next);
  }
  return next;
}

function unknownOperation(): GatewayError {
  return new GatewayError(
    'UnknownOperationException',
    'The Amplify API has no operation with this method and path.',
  );
}
