// MQTT.js over the addresses of $MIDGE_URLS, 3.1.1 and 5.0, as a page in a browser would use it; with the files $MIDGE_CA,
// $MIDGE_CERT and $MIDGE_KEY when there are. Run by websocket_test.py and certgen_clients_test.py, which install MQTT.js into
// $MIDGE_NODE_DIR.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { test } from 'node:test'

const mqtt = createRequire(process.env.MIDGE_NODE_DIR + '/')('mqtt')
const file = (name) => name && readFileSync(name)
const secrets = { ca: file(process.env.MIDGE_CA), cert: file(process.env.MIDGE_CERT), key: file(process.env.MIDGE_KEY) }

for (const url of process.env.MIDGE_URLS.split(' ')) {
  for (const protocolVersion of [4, 5]) {
    test(`${url} ${protocolVersion}: messages of every QoS make the round trip`, async () => {
      const client = mqtt.connect(url, { clientId: `mina/${protocolVersion}`, protocolVersion, reconnectPeriod: 0, ...secrets })
      await once(client, 'connect')
      for (const qos of [0, 1, 2]) {
        const topic = `websocket/${protocolVersion}/${qos}`
        await client.subscribeAsync(topic, { qos })
        const arrived = once(client, 'message')
        await client.publishAsync(topic, 'x'.repeat(100_000), { qos })
        const [from, payload] = await arrived
        assert.equal(from, topic)
        assert.equal(payload.length, 100_000)
      }
      await client.endAsync()
    })
  }
}
