// cometd.mjs PORT - the peer cometd-nodejs-server: Bayeux long-polling at /bayeux, and POST /pub?id=N, which publishes its body on /c/N as an
// application would.
import http from 'node:http'
import { createRequire } from 'node:module'

const require = createRequire(process.env.PEERS ? `${process.env.PEERS}/` : import.meta.url)
const cometd = require('cometd-nodejs-server').createCometDServer({ timeout: 30000, maxInterval: 15000 })
const server = http.createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://cometd')
  if (pathname !== '/pub') return cometd.handle(request, response)
  let body = ''
  request.on('data', bytes => { body += bytes })
  request.on('end', () => {
    cometd.getServerChannel(`/c/${searchParams.get('id')}`)?.publish(null, JSON.parse(body))
    response.end('{}')
  })
})
server.keepAliveTimeout = 120000
server.listen(Number(process.argv[2]), '127.0.0.1', 4096)
