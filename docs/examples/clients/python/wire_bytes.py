"""Prints what librdkafka and Python's avro make of fixed records, for Decant's own tests (ClientBytesTest).

python3 wire_bytes.py BROKER:PORT > schemas/src/test/resources/clients/python.json
"""

import io
import json
import pathlib
import sys
import uuid

import avro
import avro.io
import avro.schema
import confluent_kafka
from confluent_kafka.admin import AdminClient, NewTopic

broker = sys.argv[1]
SCHEMAS = pathlib.Path(__file__).resolve().parents[4] / "schemas" / "src" / "main" / "avro"
IDS = ["a", "ab", "abc", "abcd", "run-1", "run-12", "sample-0000000000000042", "é", "漢字", "🙂-7", "x" * 100]


def avro_bytes(record, value):
    schema = json.loads((SCHEMAS / f"{record}.avsc").read_text())
    for field in schema["fields"]:
        if field["type"] == "Tensor":
            field["type"] = json.loads((SCHEMAS / "Tensor.avsc").read_text())
    out = io.BytesIO()
    avro.io.DatumWriter(avro.schema.parse(json.dumps(schema))).write(value, avro.io.BinaryEncoder(out))
    return out.getvalue().hex()


def partitions(count):
    """Where librdkafka puts each id; the broker is asked, because librdkafka alone knows."""
    topic = f"partitions-{uuid.uuid4()}"
    admin = AdminClient({"bootstrap.servers": broker})
    admin.create_topics([NewTopic(topic, count, 1)])[topic].result()
    producer = confluent_kafka.Producer({"bootstrap.servers": broker, "partitioner": "murmur2_random"})
    found = {}
    for sample_id in IDS:
        producer.produce(topic, key=sample_id, on_delivery=lambda _, record: found.update({record.key().decode(): record.partition()}))
    producer.flush()
    return {sample_id: found[sample_id] for sample_id in IDS}


sample = {
    "sampleId": "é-1",
    "features": {"dtype": "U8", "shape": [2, 2], "data": bytes([0, 1, 127, 255])},
    "eventTimeMillis": 1760000000123,
    "attributes": {"site": "north"},
}
label = {"sampleId": "é-1", "classIndex": 7, "distribution": None, "source": "mnist", "eventTimeMillis": 1760000000124}
probabilities = {**label, "classIndex": None, "distribution": [0.25, 0.75]}

made_by = f"confluent_kafka {confluent_kafka.version()[0]}, librdkafka {confluent_kafka.libversion()[0]}, avro {avro.__version__}"
print(
    json.dumps(
        {
            "madeBy": made_by,
            "sample": avro_bytes("Sample", sample),
            "label": avro_bytes("Label", label),
            "probabilities": avro_bytes("Label", probabilities),
            "partitionsOf4": partitions(4),
            "partitionsOf12": partitions(12),
        },
        indent=2,
        ensure_ascii=False,
    )
)
