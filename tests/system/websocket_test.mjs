// MQTT.js over the WebSocket addresses of $MIDGE_URLS, 3.1.1 and 5.0, as a page in a browser would use it. Run by
// websocket_test.py, which installs MQTT.js into $MIDGE_NODE_DIR.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { test } from 'node:test'

const mqtt = createRequire(process.env.MIDGE_NODE_DIR + '/')('mqtt')

for (const url of process.env.MIDGE_URLS.split(' ')) {
  for (const protocolVersion of [4, 5]) {
    test(`${url} ${protocolVersion}: messages of every QoS make the round trip`, async () => {
      const client = mqtt.connect(url, { clientId: `mina/${protocolVersion}`, protocolVersion, reconnectPeriod: 0 })
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
