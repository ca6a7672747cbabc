// MQTT.js against the broker on $MIDGE_PORT, 3.1.1 and 5.0: the way the browser and phone clients of a small service use it.
// Run by mqttjs_test.py, which installs MQTT.js into $MIDGE_NODE_DIR.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { after, test } from 'node:test'

const mqtt = createRequire(process.env.MIDGE_NODE_DIR + '/')('mqtt')
const url = `mqtt://127.0.0.1:${process.env.MIDGE_PORT}`
const bothVersions = [4, 5]
const opened = []
after(() => opened.forEach((client) => client.end(true)))

// A connected client that collects what it receives.
async function open(clientId, options = {}) {
  const client = mqtt.connect(url, { clientId, reconnectPeriod: 0, connectTimeout: 10_000, ...options })
  opened.push(client)
  client.received = []
  client.on('message', (topic, payload, packet) => client.received.push({ topic, text: payload.toString(), payload, packet }))
  client.on('error', (error) => { client.lastError = error })
  const [connack] = await once(client, 'connect')
  client.sessionPresent = connack.sessionPresent
  client.connack = connack
  return client
}

async function waitFor(condition, what) {
  const end = Date.now() + 20_000
  while (!condition()) {
    assert.ok(Date.now() < end, `timed out waiting for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

const texts = (client) => client.received.map((message) => message.text)
const numbers = (count) => Array.from({ length: count }, (_, index) => `${index}`)

for (const protocolVersion of bothVersions) {
  const place = `js/${protocolVersion}`
  const lasting = protocolVersion === 5 ? { properties: { sessionExpiryInterval: 600 } } : {}

  test(`${place}: every QoS makes the round trip in order`, async () => {
    const client = await open(`${place}/round`, { protocolVersion })
    for (const qos of [0, 1, 2]) {
      client.received.length = 0
      const granted = await client.subscribeAsync(`${place}/round/${qos}`, { qos })
      assert.equal(granted[0].qos, qos)
      // MQTT.js does not look at the broker's Receive Maximum (20): with 5.0 it may not have more in flight.
      const burst = protocolVersion === 5 ? 20 : 100
      for (let start = 0; start < 100; start += burst) {
        const part = numbers(100).slice(start, start + burst)
        await Promise.all(part.map((text) => client.publishAsync(`${place}/round/${qos}`, text, { qos })))
      }
      await waitFor(() => client.received.length >= 100, `QoS ${qos}`)
      assert.deepEqual(texts(client), numbers(100))
      assert.ok(client.received.every((message) => message.packet.qos === qos))
    }
    await client.endAsync()
  })

  test(`${place}: mina/1 with clean:false gets what arrived while it was away, once and in order`, async () => {
    const id = `mina/1-${protocolVersion}`
    const topic = `${place}/orders`
    let mina = await open(id, { protocolVersion, clean: false, ...lasting })
    assert.equal(mina.sessionPresent, false)
    await mina.subscribeAsync(topic, { qos: 1 })
    await mina.endAsync()
    const shop = await open(`${place}/shop`, { protocolVersion })
    for (const text of numbers(150)) await shop.publishAsync(topic, text, { qos: 1 })
    for (const waiting of [numbers(150), []]) {
      mina = await open(id, { protocolVersion, clean: false, ...lasting })
      assert.equal(mina.sessionPresent, true)
      await mina.subscribeAsync(topic, { qos: 1 })
      await waitFor(() => mina.received.length >= waiting.length, 'offline messages')
      await shop.publishAsync(topic, 'end', { qos: 1 })
      await waitFor(() => texts(mina).includes('end'), 'the last message')
      assert.deepEqual(texts(mina), [...waiting, 'end'])
      await mina.endAsync()
    }
    await shop.endAsync()
  })

  test(`${place}: an empty topic level and an empty payload are passed on`, async () => {
    const client = await open(`${place}/empty`, { protocolVersion })
    await client.subscribeAsync('/js//+', { qos: 1 })
    await client.publishAsync('/js//', '', { qos: 1 })
    await waitFor(() => client.received.length >= 1, 'the message')
    assert.equal(client.received[0].topic, '/js//')
    assert.equal(client.received[0].payload.length, 0)
    await client.endAsync()
  })

  test(`${place}: the will of a destroyed connection is published, that of an ended one is not`, async () => {
    const watcher = await open(`${place}/watcher`, { protocolVersion })
    await watcher.subscribeAsync(`${place}/will/#`, { qos: 1 })
    const will = (name) => ({ topic: `${place}/will/${name}`, payload: name, qos: 1 })
    const ended = await open(`${place}/ended`, { protocolVersion, will: will('ended') })
    await ended.endAsync()
    const destroyed = await open(`${place}/destroyed`, { protocolVersion, will: will('destroyed') })
    destroyed.stream.destroy()
    await waitFor(() => watcher.received.length >= 1, 'the will')
    assert.deepEqual(texts(watcher), ['destroyed'])
    destroyed.end(true)
    await watcher.endAsync()
  })

  test(`${place}: a retained message of 200 000 bytes comes back unchanged and is cleared`, async () => {
    const client = await open(`${place}/retained`, { protocolVersion })
    const payload = Buffer.alloc(200_000, 'midge\u0000\u00e9')
    await client.publishAsync(`${place}/kept`, payload, { qos: 2, retain: true })
    await client.subscribeAsync(`${place}/kept`, { qos: 2 })
    await waitFor(() => client.received.length >= 1, 'the retained message')
    assert.equal(client.received[0].packet.retain, true)
    assert.ok(client.received[0].payload.equals(payload))
    await client.publishAsync(`${place}/kept`, '', { qos: 2, retain: true })
    await client.unsubscribeAsync(`${place}/kept`)
    client.received.length = 0
    await client.subscribeAsync([`${place}/kept`, `${place}/probe`], { qos: 1 })
    await client.publishAsync(`${place}/probe`, 'probe', { qos: 1 })
    await waitFor(() => client.received.length >= 1, 'the probe')
    assert.deepEqual(texts(client), ['probe'])
    await client.endAsync()
  })
}

test('js/5: properties, aliases and subscription identifiers', async () => {
  const client = await open('js/5/properties', { protocolVersion: 5, autoAssignTopicAlias: true, properties: { topicAliasMaximum: 10, requestProblemInformation: true } })
  await client.subscribeAsync('js/5/properties/+', { qos: 1, properties: { subscriptionIdentifier: 77 } })
  const properties = {
    contentType: 'application/json', responseTopic: 'answer', correlationData: Buffer.from([0, 1, 255]),
    payloadFormatIndicator: true, messageExpiryInterval: 500, userProperties: { a: ['1', '2'], b: '3' }
  }
  for (const text of numbers(20)) await client.publishAsync('js/5/properties/x', text, { qos: 1, properties: { ...properties } })
  await waitFor(() => client.received.length >= 20, 'all messages')
  assert.deepEqual(texts(client), numbers(20))
  assert.ok(client.received.every((message) => message.topic === 'js/5/properties/x'))
  const seen = client.received[19].packet.properties
  for (const name of ['contentType', 'responseTopic', 'payloadFormatIndicator']) assert.equal(seen[name], properties[name], name)
  assert.deepEqual({ ...seen.userProperties }, properties.userProperties)
  assert.ok(seen.correlationData.equals(properties.correlationData))
  assert.equal(seen.subscriptionIdentifier, 77)
  await client.endAsync()
})

test('js/5: no local, retain as published and shared subscriptions', async () => {
  const [one, two] = [await open('js/5/one', { protocolVersion: 5 }), await open('js/5/two', { protocolVersion: 5 })]
  await one.subscribeAsync('js/5/nolocal', { qos: 1, nl: true, rap: true })
  await one.publishAsync('js/5/nolocal', 'own', { qos: 1 })
  await two.publishAsync('js/5/nolocal', 'other', { qos: 1, retain: true })
  await waitFor(() => one.received.length >= 1, 'the message of the other')
  assert.deepEqual(texts(one), ['other'])
  assert.equal(one.received[0].packet.retain, true)
  await two.publishAsync('js/5/nolocal', '', { qos: 1, retain: true })
  await waitFor(() => one.received.length >= 2, 'the empty message')
  one.received.length = 0
  for (const member of [one, two]) await member.subscribeAsync('$share/g/js/5/shared', { qos: 1 })
  const sender = await open('js/5/sender', { protocolVersion: 5 })
  for (const text of numbers(40)) await sender.publishAsync('js/5/shared', text, { qos: 1 })
  await waitFor(() => one.received.length + two.received.length >= 40, 'all shared messages')
  const all = [...texts(one), ...texts(two)].sort((left, right) => left - right)
  assert.deepEqual(all, numbers(40))
  for (const client of [one, two, sender]) await client.endAsync()
})

test('js: a client whose connection drops reconnects by itself and goes on', async () => {
  const client = await open('js/again', { protocolVersion: 4, clean: false, reconnectPeriod: 50 })
  await client.subscribeAsync('js/again', { qos: 1 })
  for (let round = 0; round < 5; round += 1) {
    const back = once(client, 'connect')
    client.stream.destroy()
    client.publish('js/again', `${round}`, { qos: 1 })
    const [connack] = await back
    assert.equal(connack.sessionPresent, true)
    await waitFor(() => texts(client).includes(`${round}`), `message ${round}`)
  }
  assert.deepEqual([...new Set(texts(client))], numbers(5))
  await client.endAsync()
})
