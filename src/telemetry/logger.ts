import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino';

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
};

/** A logger of one line an event: JSON for machines, or coloured text for a terminal. Writes to `stream`. */
export async function createLogger(format: LogFormat, stream: NodeJS.WritableStream): Promise<Logger> {
  if (format === 'json') return pino(options, stream as DestinationStream);
  const { default: pretty } = await import('pino-pretty');
  return pino(
    options,
    pretty({ destination: stream as never, singleLine: true, translateTime: 'SYS:HH:MM:ss.l' }),
  );
}

/** A logger that says nothing. */
export function silentLogger(): Logger {
  return pino({ level: 'silent' });
}

/** Writes the line of one request; a failure of ours brings its error along. */
export function logRequest(log: Logger, record: RequestRecord, fault?: unknown): void {
  const { operation, status, errorType, durationMs } = record;
  const text = `${operation} ${status}${errorType ? ` ${errorType}` : ''} ${durationMs.toFixed(1)} ms`;
  if (fault === undefined) log.info(record, text);
  else log.error({ ...record, err: fault }, text);
}
