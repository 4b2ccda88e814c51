// faye.mjs PORT - the peer faye: Bayeux at /bayeux, and POST /pub?id=N, which publishes its body on /c/N as an application would.
import http from 'node:http'
import { createRequire } from 'node:module'

const faye = createRequire(import.meta.url)('faye')
const bayeux = new faye.NodeAdapter({ mount: '/bayeux', timeout: 45 })
const server = http.createServer((request, response) => {
  let body = ''
  request.on('data', bytes => { body += bytes })
  request.on('end', () => {
    bayeux.getClient().publish(`/c/${new URL(request.url, 'http://faye').searchParams.get('id')}`, JSON.parse(body))
    response.end('{}')
  })
})
bayeux.attach(server)
server.keepAliveTimeout = 120000
server.listen(Number(process.argv[2]), '127.0.0.1', 4096)
