"""Sends digits and their labels to a running Decant with librdkafka, and waits until they are training pairs.

python3 samples_and_labels.py BROKER:PORT REGISTRY_URL FOLDER_WITH_MNIST [COUNT] [PARTITIONER]
"""

import gzip
import io
import json
import pathlib
import struct
import sys
import time

import avro.io
import avro.schema
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.schema_registry import Schema, SchemaRegistryClient

broker, registry_url, dataset = sys.argv[1:4]
count = int(sys.argv[4]) if len(sys.argv) > 4 else 200
# librdkafka's own default is another hash: with it most records land in a partition where nobody looks for them.
partitioner = sys.argv[5] if len(sys.argv) > 5 else "murmur2_random"

SCHEMAS = pathlib.Path(__file__).resolve().parents[4] / "schemas" / "src" / "main" / "avro"
registry = SchemaRegistryClient({"url": registry_url})


def schema_text(name):
    """A schema file with the record that it names in it, as the registry holds it."""
    schema = json.loads((SCHEMAS / f"{name}.avsc").read_text())
    for field in schema["fields"]:
        if field["type"] == "Tensor":
            field["type"] = json.loads((SCHEMAS / "Tensor.avsc").read_text())
    return json.dumps(schema)


class Writer:
    """Confluent's wire format: a zero byte, the schema's id, Avro binary."""

    def __init__(self, topic, record):
        text = schema_text(record)
        self.header = struct.pack(">bI", 0, registry.register_schema(f"{topic}-value", Schema(text, "AVRO")))
        self.avro = avro.io.DatumWriter(avro.schema.parse(text))

    def __call__(self, value):
        out = io.BytesIO()
        out.write(self.header)
        self.avro.write(value, avro.io.BinaryEncoder(out))
        return out.getvalue()


readers = {}


def read(bytes_):
    """Any Decant record as a dictionary; its own id says which schema wrote it."""
    schema_id = struct.unpack(">bI", bytes_[:5])[1]
    if schema_id not in readers:
        readers[schema_id] = avro.io.DatumReader(avro.schema.parse(registry.get_schema(schema_id).schema_str))
    return readers[schema_id].read(avro.io.BinaryDecoder(io.BytesIO(bytes_[5:])))


def idx(name, header):
    return gzip.open(pathlib.Path(dataset) / name).read()[header:]


def at_the_end(topic):
    """A consumer of all partitions, at what comes next."""
    consumer = Consumer(
        {"bootstrap.servers": broker, "group.id": "unused", "enable.auto.commit": False, "isolation.level": "read_committed"}
    )
    partitions = consumer.list_topics(topic).topics[topic].partitions
    consumer.assign(
        [
            TopicPartition(topic, p, consumer.get_watermark_offsets(TopicPartition(topic, p))[1])
            for p in partitions
        ]
    )
    return consumer


images, labels = idx("t10k-images-idx3-ubyte.gz", 16), idx("t10k-labels-idx1-ubyte.gz", 8)
pairs, dead_letters = at_the_end("decant.training-pairs"), at_the_end("decant.dead-letters")
write_sample, write_label = Writer("decant.samples", "Sample"), Writer("decant.labels", "Label")
producer = Producer({"bootstrap.servers": broker, "partitioner": partitioner, "enable.idempotence": True})
undelivered = []


def delivered(error, _):
    if error is not None:
        undelivered.append(error)


run = f"python-{int(time.time())}"
for i in range(count):
    sample_id, now = f"{run}-{i}", int(time.time() * 1000)
    sample = {
        "sampleId": sample_id,
        "features": {"dtype": "U8", "shape": [28, 28], "data": images[784 * i : 784 * (i + 1)]},
        "eventTimeMillis": now,
        "attributes": {"client": "python"},
    }
    label = {"sampleId": sample_id, "classIndex": labels[i], "distribution": None, "source": "mnist", "eventTimeMillis": now}
    producer.produce("decant.samples", key=sample_id, value=write_sample(sample), on_delivery=delivered)
    producer.produce("decant.labels", key=sample_id, value=write_label(label), on_delivery=delivered)
    producer.poll(0)
producer.flush()

arrived, refused, agreed, deadline = set(), {}, 0, time.time() + 60
while time.time() < deadline and len(arrived) + len(refused) < count:
    message = pairs.poll(0.2)
    if message is not None and message.error() is None:
        pair = read(message.value())
        # The label comes with its sample, or in a correction after it.
        if pair["label"] is not None and pair["sampleId"].startswith(run):
            arrived.add(pair["sampleId"])
            agreed += pair["label"]["classIndex"] == labels[int(pair["sampleId"].rsplit("-", 1)[1])]
    message = dead_letters.poll(0)
    if message is not None and message.error() is None:
        letter = read(message.value())
        refused.setdefault(message.key().decode(), letter["detail"])

print(f"{count} samples sent, {len(undelivered)} not delivered, {len(arrived)} labelled pairs came back, {agreed} with the label sent")
print(f"{len(refused)} ids dead-lettered" + "".join(f"\n  {detail}" for detail in sorted(set(refused.values()))[:3]))
sys.exit(0 if len(arrived) == count else 1)
