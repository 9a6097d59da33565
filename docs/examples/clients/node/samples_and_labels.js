// Sends digits and their labels to a running Decant with kafkajs, and waits until they are training pairs.
//
// node samples_and_labels.js BROKER:PORT REGISTRY_URL FOLDER_WITH_MNIST [COUNT] [default|legacy]

const fs = require('fs')
const path = require('path')
const zlib = require('zlib')
const { CompressionCodecs, CompressionTypes, Kafka, Partitioners, logLevel } = require('kafkajs')
const { SchemaRegistry, SchemaType } = require('@kafkajs/confluent-schema-registry')
const { decompress } = require('fzstd')

// Teachers compress their topics with zstd, which kafkajs cannot read by itself.
CompressionCodecs[CompressionTypes.ZSTD] = () => ({ decompress: async packed => Buffer.from(decompress(packed)) })

const [broker, registryUrl, dataset, countText = '200', partitioner = 'default'] = process.argv.slice(2)
const count = Number(countText)
const SCHEMAS = path.join(__dirname, '../../../../schemas/src/main/avro')
const registry = new SchemaRegistry({ host: registryUrl })
const kafka = new Kafka({ clientId: 'decant-example', brokers: [broker], logLevel: logLevel.ERROR })

// A schema file with the record that it names in it, as the registry holds it.
const schemaText = name => {
  const schema = JSON.parse(fs.readFileSync(path.join(SCHEMAS, `${name}.avsc`)))
  for (const field of schema.fields) {
    if (field.type === 'Tensor') field.type = JSON.parse(fs.readFileSync(path.join(SCHEMAS, 'Tensor.avsc')))
  }
  return JSON.stringify(schema)
}

// Without "compatibility: undefined" this client sets the subject's own level, to BACKWARD.
const register = (topic, record) =>
  registry
    .register({ type: SchemaType.AVRO, schema: schemaText(record) }, { subject: `${topic}-value`, compatibility: undefined })
    .then(({ id }) => id)

const idx = (name, header) => zlib.gunzipSync(fs.readFileSync(path.join(dataset, name))).subarray(header)

// Hands every new record of a topic to a function, from the moment when the promise is kept.
const follow = async (topic, handle) => {
  const consumer = kafka.consumer({ groupId: `example-${topic}-${Date.now()}`, readUncommitted: false })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: false })
  const fetching = new Promise(resolve => consumer.on(consumer.events.FETCH_START, resolve))
  await consumer.run({ eachMessage: async ({ message }) => handle(message.key.toString(), await registry.decode(message.value)) })
  await fetching
  return consumer
}

const main = async () => {
  const images = idx('t10k-images-idx3-ubyte.gz', 16)
  const labels = idx('t10k-labels-idx1-ubyte.gz', 8)
  const run = `node-${Math.floor(Date.now() / 1000)}`
  const arrived = new Set()
  const refused = new Map()
  let agreed = 0
  const consumers = await Promise.all([
    follow('decant.training-pairs', (id, pair) => {
      // The label comes with its sample, or in a correction after it.
      if (pair.label === null || !id.startsWith(run)) return
      arrived.add(id)
      agreed += pair.label.classIndex === labels[Number(id.slice(run.length + 1))]
    }),
    follow('decant.dead-letters', (id, letter) => refused.set(id, refused.get(id) ?? letter.detail)),
  ])

  const sampleSchema = await register('decant.samples', 'Sample')
  const labelSchema = await register('decant.labels', 'Label')
  // Since 2.0 kafkajs's default partitioner is Kafka's own; LegacyPartitioner, the one before, is not.
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: partitioner === 'legacy' ? Partitioners.LegacyPartitioner : Partitioners.DefaultPartitioner,
  })
  await producer.connect()
  const samples = []
  const given = []
  for (let i = 0; i < count; i++) {
    const sampleId = `${run}-${i}`
    const eventTimeMillis = Date.now()
    const features = { dtype: 'U8', shape: [28, 28], data: images.subarray(784 * i, 784 * (i + 1)) }
    const sample = { sampleId, features, eventTimeMillis, attributes: { client: 'node' } }
    const label = { sampleId, classIndex: labels[i], distribution: null, source: 'mnist', eventTimeMillis }
    samples.push({ key: sampleId, value: await registry.encode(sampleSchema, sample) })
    given.push({ key: sampleId, value: await registry.encode(labelSchema, label) })
  }
  await producer.send({ topic: 'decant.samples', acks: -1, messages: samples })
  await producer.send({ topic: 'decant.labels', acks: -1, messages: given })
  await producer.disconnect()

  const deadline = Date.now() + 60000
  while (Date.now() < deadline && arrived.size + refused.size < count) await new Promise(wake => setTimeout(wake, 200))
  await Promise.all(consumers.map(consumer => consumer.disconnect()))
  console.log(`${count} samples sent, ${arrived.size} labelled pairs came back, ${agreed} with the label sent`)
  console.log(`${refused.size} ids dead-lettered`)
  for (const detail of [...new Set(refused.values())].sort().slice(0, 3)) console.log(`  ${detail}`)
  process.exitCode = arrived.size === count ? 0 : 1
}

main()
