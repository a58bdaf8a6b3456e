import { type Logger, type LoggerOptions, pino } from 'pino';

export type LogFormat = 'human' | 'json';
export type { Logger };

/** What the log says of one request. Nothing of its input or answer: both may hold secrets. */
export interface RequestRecord {
  readonly requestId: string;
  readonly operation: string;
  readonly account?: string | undefined;
  readonly region?: string | undefined;
  readonly status: number;
  readonly errorType?: string | undefined;
  readonly durationMs: number;
}

const options: LoggerOptions = {
  base: null,
  timestamp: pino.stdTimeFunctions.isoTime,
  formatters: { level: (label) => ({ level: label }) },
  serializers: { err: describeError },
};

/** No more than this: drivers hang whole connections on their errors. */
function describeError(error: Error & { code?: string }) {
  const { name, message, code, stack, cause } = error;
  const reason = cause instanceof Error ? { cause: cause.message } : {};
  return { type: name, message, ...(code === undefined ? {} : { code }), ...reason, stack };
}

/**
 * A logger of one line an event: JSON for machines, or coloured text for a terminal.
 * @param descriptor the file descriptor to write to
 */
export async function createLogger(format: LogFormat, descriptor: number): Promise<Logger> {
  if (format === 'json') {
    // Lines go out together, at the latest after 100 ms, and never hold up a request.
    const batched = { dest: descriptor, sync: false, minLength: 4096, periodicFlush: 100 };
    return pino(options, pino.destination(batched));
  }
  const { default: pretty } = await import('pino-pretty');
  return pino(
    options,
    pretty({
      destination: descriptor,
      sync: true,
      translateTime: 'SYS:HH:MM:ss.l',
      ignore: Object.keys(shownInMessage).join(','),
      messageFormat: (line) => ('operation' in line ? requestText(line as never) : String(line.msg)),
    }),
  );
}

/** The members of a request's line that the human form shows in its text. */
const shownInMessage: Record<keyof RequestRecord, true> = {
  requestId: true,
  operation: true,
  account: true,
  region: true,
  status: true,
  errorType: true,
  durationMs: true,
};

function requestText({
  operation,
  status,
  errorType,
  durationMs,
  account,
  region,
  requestId,
}: RequestRecord) {
  const outcome = errorType === undefined ? `${status}` : `${status} ${errorType}`;
  const caller = account === undefined ? '' : ` ${account} ${region}`;
  return `${operation} ${outcome} ${durationMs} ms${caller} ${requestId}`;
}

/** A logger that says nothing. */
export function silentLogger(): Logger {
  return pino({ level: 'silent' });
}

/** Writes the line of one request; a failure of ours brings its error along. */
export function logRequest(log: Logger, record: RequestRecord, fault?: unknown): void {
  if (fault === undefined) log.info(record);
  else log.error({ ...record, err: fault });
}
