import { matchTemplate, readTemplate, type Template } from './path-pattern.ts';
import { normaliseSegmentText } from './percent-encoding.ts';

/** A parameter that a request must carry, and the value it must have. */
export interface QueryCondition {
  readonly key: string;
  readonly value: Template;
}

/** Reads the query of a rule's source: `id=<id>&lang=en`. */
export function readQueryConditions(query: string): QueryCondition[] {
  return parametersOf(query).map(([key, value]) => ({
    key: normaliseSegmentText(key),
    value: readTemplate(value, normaliseSegmentText),
  }));
}

/** Whether a query carries all that is asked of it; what the placeholders stand for is added to `found`. */
export function matchQuery(
  conditions: readonly QueryCondition[],
  query: string,
  found: Map<string, string>,
): boolean {
  const parameters = parametersOf(query).map(
    ([key, value]) => [normaliseSegmentText(key), normaliseSegmentText(value)] as const,
  );
  return conditions.every((condition) =>
    parameters.some(([key, value]) => key === condition.key && matchTemplate(condition.value, value, found)),
  );
}

function parametersOf(query: string): [key: string, value: string][] {
  return query
    .split('&')
    .filter((parameter) => parameter !== '')
    .map((parameter) => {
      const equals = parameter.indexOf('=');
      return equals === -1 ? [parameter, ''] : [parameter.slice(0, equals), parameter.slice(equals + 1)];
    });
}
