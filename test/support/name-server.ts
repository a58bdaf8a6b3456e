import { createSocket } from 'node:dgram';
import { once } from 'node:events';

const types = { A: 1, CNAME: 5, AAAA: 28 };

/** A name server on UDP of this machine that says what a test tells it to. */
export interface NameServer {
  /** ADDRESS:PORT, as --dns-server takes it. */
  readonly address: string;
  /** The names that were asked for, in lower case. */
  readonly questions: string[];
  /** What it does with questions: answers them, says nothing, or sends bytes that are no answer. */
  mood: 'answers' | 'silent' | 'garbage';
  /** From now on the name is an alias of the target. */
  setCname(name: string, target: string): void;
  /** From now on the name has this IPv4 address. */
  setAddress(name: string, address: string): void;
  /** From now on the name does not exist. */
  forget(name: string): void;
  close(): Promise<void>;
}

interface NamedRecord {
  readonly type: number;
  readonly data: Buffer;
}

export async function startNameServer(): Promise<NameServer> {
  const records = new Map<string, NamedRecord>();
  const socket = createSocket('udp4');
  const server: NameServer = {
    address: '',
    questions: [],
    mood: 'answers',
    setCname: (name, target) => records.set(plain(name), { type: types.CNAME, data: encodeName(target) }),
    setAddress: (name, address) =>
      records.set(plain(name), { type: types.A, data: Buffer.from(address.split('.').map(Number)) }),
    forget: (name) => records.delete(plain(name)),
    close: async () => {
      socket.close();
      await once(socket, 'close');
    },
  };
  socket.on('message', (query, { port, address }) => {
    const question = readQuestion(query);
    server.questions.push(question.name);
    if (server.mood === 'silent') return;
    const answer =
      server.mood === 'garbage'
        ? Buffer.concat([query.subarray(0, 2), Buffer.from('\x81\x80this is no answer', 'latin1')])
        : answerTo(query, question, records.get(question.name));
    socket.send(answer, port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return Object.assign(server, { address: `127.0.0.1:${socket.address().port}` });
}

interface Question {
  readonly name: string;
  readonly type: number;
  /** Where the question ends in the query. */
  readonly end: number;
}

/** RFC 1035: a header of 12 bytes, then the name as labels with their lengths, type and class. */
function readQuestion(query: Buffer): Question {
  const labels: string[] = [];
  let at = 12;
  while (query[at]) {
    const length = query.readUInt8(at);
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: plain(labels.join('.')), type: query.readUInt16BE(at + 1), end: at + 5 };
}

function answerTo(query: Buffer, { type, end }: Question, record: NamedRecord | undefined): Buffer {
  // An alias answers whatever type was asked for.
  const isAnswer = record !== undefined && (record.type === type || record.type === types.CNAME);
  const header = Buffer.alloc(12);
  query.copy(header, 0, 0, 2);
  header.writeUInt16BE(record ? 0x8180 : 0x8183, 2); // 3: the name does not exist
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(isAnswer ? 1 : 0, 6);
  const parts = [header, query.subarray(12, end)];
  if (isAnswer) {
    const about = Buffer.alloc(12);
    about.writeUInt16BE(0xc00c, 0); // the name of the question
    about.writeUInt16BE(record.type, 2);
    about.writeUInt16BE(1, 4);
    about.writeUInt32BE(1, 6);
    about.writeUInt16BE(record.data.length, 10);
    parts.push(about, record.data);
  }
  return Buffer.concat(parts);
}

function encodeName(name: string): Buffer {
  const labels = name.replace(/\.$/, '').split('.');
  return Buffer.concat([
    ...labels.map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label, 'latin1')])),
    Buffer.from([0]),
  ]);
}

function plain(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}
