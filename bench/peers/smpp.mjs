// smpp.mjs PORT - the peer smpp of npm: an ESME that sends each text back to whoever wrote it, and stores nothing.
import { createRequire } from 'node:module'

const smpp = createRequire(import.meta.url)('smpp')

function connect() {
  const session = smpp.connect({ url: `smpp://127.0.0.1:${process.argv[2]}` }, () => session.bind_transceiver({ system_id: 'bench', password: 'bench' }))
  session.on('deliver_sm', pdu => {
    session.send(pdu.response())
    session.submit_sm({ source_addr: pdu.destination_addr, destination_addr: pdu.source_addr, short_message: pdu.short_message.message })
  })
  session.on('error', () => setTimeout(connect, 200))
}

connect()
