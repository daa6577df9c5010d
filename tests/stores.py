"""An S3 store for the tests: moto's server in a process of its own, on a free port of loopback.

`running_object_server` starts it; `make_bucket` gives each test a bucket, with the settings that
let a portal keep its files there, and what lies in it seen from outside.
"""

from __future__ import annotations

import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import boto3

from tests.network import answers, free_port

START_LIMIT_S = 30
REGION = "eu-south-1"
PREFIX = "portale"


@dataclass(frozen=True)
class Bucket:
    """One bucket: how a portal reaches it, and what a test sees of it."""

    endpoint: str
    name: str
    access_key: str = "test-key"
    secret_key: str = "test-secret-of-the-store"

    @property
    def settings(self) -> dict[str, str]:
        """The settings of a portal that keeps its files here."""
        return {
            "FILES_URL": f"s3://{self.name}/{PREFIX}",
            "FILES_ENDPOINT_URL": self.endpoint,
            "FILES_ACCESS_KEY": self.access_key,
            "FILES_SECRET_KEY": self.secret_key,
            "FILES_REGION": REGION,
        }

    @cached_property
    def client(self) -> Any:
        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
        )

    def make(self) -> None:
        place = {"LocationConstraint": REGION}
        self.client.create_bucket(Bucket=self.name, CreateBucketConfiguration=place)

    def keys(self) -> list[str]:
        """What lies in the bucket."""
        listing = self.client.list_objects_v2(Bucket=self.name)
        return [entry["Key"] for entry in listing.get("Contents", [])]

    def content(self, key: str) -> bytes:
        octets: bytes = self.client.get_object(Bucket=self.name, Key=key)["Body"].read()
        return octets

    def put(self, key: str, content: bytes) -> None:
        self.client.put_object(Bucket=self.name, Key=key, Body=content)

    def delete(self, key: str) -> None:
        self.client.delete_object(Bucket=self.name, Key=key)


def make_bucket(endpoint: str) -> Bucket:
    """Make a bucket of a name nobody else has."""
    bucket = Bucket(endpoint, f"portale-{secrets.token_hex(6)}")
    bucket.make()
    return bucket


@contextmanager
def running_object_server() -> Iterator[str]:
    """Run an S3 server and give its address; it keeps all in memory and dies with this process."""
    port = free_port()
    words = ["setpriv", "--pdeathsig", "KILL", "--", sys.executable, "-m", "moto.server"]
    process = subprocess.Popen(
        [*words, "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_until_ready(process, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait(timeout=START_LIMIT_S)


def _wait_until_ready(process: subprocess.Popen[bytes], port: int) -> None:
    limit = time.monotonic() + START_LIMIT_S
    while not answers(port):
        if process.poll() is not None or time.monotonic() > limit:
            raise RuntimeError("moto's server did not start")
        time.sleep(0.05)
