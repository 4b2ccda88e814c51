// capture.mjs - a line between two that is listened in on, and what went over it as a capture file (pcap), as a network
// analyser reads it. Packets are made up: each piece of bytes is one, with the sequence numbers that it would have.
import net from 'node:net'

const RAW_IP = 101
const MICROSECONDS = 0xa1b2c3d4

export class Line {
  packets = []

  // Connections to the line go on to that port.
  static async to(port) {
    const line = new Line()
    line.server = net.createServer(near => {
      const far = net.connect(port, '127.0.0.1'), numbers = [1, 1], from = near.remotePort
      const pass = (one, other, way) => {
        one.on('data', bytes => {
          line.packets.push({ bytes, way, from, sequence: numbers[way], acked: numbers[1 - way], at: Date.now() })
          numbers[way] += bytes.length
          other.write(bytes)
        })
        one.on('close', () => other.destroy())
        one.on('error', () => {})
      }
      pass(near, far, 0)
      pass(far, near, 1)
    })
    await new Promise(done => line.server.listen(0, '127.0.0.1', done))
    line.port = line.server.address().port
    return line
  }

  end() { return new Promise(done => this.server.close(done)) }

  // to: as which port the far side stands in the file.
  pcap(to) {
    const head = Buffer.alloc(24)
    for (const [at, value] of [[0, MICROSECONDS], [16, 0x40000], [20, RAW_IP]]) head.writeUInt32LE(value, at)
    head.writeUInt16LE(2, 4)
    head.writeUInt16LE(4, 6)
    return Buffer.concat([head, ...this.packets.flatMap(packet => this.#packet(packet, to))])
  }

  #packet({ bytes, way, from, sequence, acked, at }, to) {
    const ports = way === 0 ? [from, to] : [to, from]
    const ip = Buffer.alloc(20), tcp = Buffer.alloc(20), head = Buffer.alloc(16), length = 40 + bytes.length
    ip.writeUInt8(0x45, 0)
    ip.writeUInt16BE(length, 2)
    ip.writeUInt8(64, 8)
    ip.writeUInt8(6, 9)
    ip.writeUInt32BE(0x7f000001, 12)
    ip.writeUInt32BE(0x7f000001, 16)
    tcp.writeUInt16BE(ports[0], 0)
    tcp.writeUInt16BE(ports[1], 2)
    tcp.writeUInt32BE(sequence, 4)
    tcp.writeUInt32BE(acked, 8)
    tcp.writeUInt16BE(0x5018, 12) // twenty bytes; PSH, ACK
    tcp.writeUInt16BE(0xffff, 14)
    for (const [i, value] of [Math.floor(at / 1000), at % 1000 * 1000, length, length].entries()) head.writeUInt32LE(value, 4 * i)
    return [head, ip, tcp, bytes]
  }
}
