import { createServer } from 'node:http';

/** The floor to compare with: node:http alone, answering every request with the bytes given as its argument. */
const body = Buffer.from(process.argv[2] ?? '', 'base64');
const server = createServer((request, response) => {
  request.resume();
  response.writeHead(200, {
    'x-amzn-RequestId': '00000000-0000-4000-8000-000000000000',
    'content-type': 'application/json',
    'content-length': body.length,
  });
  response.end(body);
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}\n`);
});
process.once('SIGTERM', () => process.exit(0));
