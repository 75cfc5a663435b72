"""The examples of deploy/: what they name of this program and its image is there, and they agree with each other."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from rag.cli import _parser
from rag.settings import Settings
from tests.house.test_container import IMAGE, VARIABLES

DEPLOY = Path(__file__).parent.parent.parent / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
KUBERNETES = list(yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text("utf-8")))
EXAMPLE = dict(
    line.split("=", 1) for line in (DEPLOY / "example.env").read_text("utf-8").splitlines() if line[:1] not in ("#", "")
)
COMMAND = json.loads(IMAGE["CMD"])
SECRETS = {
    "catalogue": "postgresql://readacross:p@db/readacross",
    "auth": "reader:a-password",
    "token": "a-token-of-some-length",
}


def filled(value: str) -> str:
    return re.sub(r"\$\{(\w+):\?\}", lambda m: EXAMPLE[m[1]], value)


def ours() -> Iterator[tuple[str, list[str], dict[str, str], list[str]]]:
    """Each container of our image: its name, command, variables and where something is mounted."""
    for name, service in COMPOSE["services"].items():
        if service["image"] == "readacross":
            settings = {key: filled(value) for key, value in service["environment"].items()}
            mounts = [filled(volume).split(":")[1] for volume in service["volumes"]]
            yield f"compose {name}", service.get("command", COMMAND), settings, [*mounts, *service["tmpfs"]]
    for document in KUBERNETES:
        if document["kind"] == "Deployment":
            pod = document["spec"]["template"]["spec"]
            (container,) = pod["containers"]
            assert container["image"] == "readacross"
            settings = {
                v["name"]: v["value"] if "value" in v else SECRETS[v["valueFrom"]["secretKeyRef"]["key"]]
                for v in container["env"]
            }
            mounts = [m["mountPath"] for m in container["volumeMounts"]]
            assert {m["name"] for m in container["volumeMounts"]} == {v["name"] for v in pod["volumes"]}
            yield f"kubernetes {container['name']}", container.get("args", COMMAND), settings, mounts


OURS = list(ours())


@pytest.mark.parametrize(("command", "settings", "mounts"), [o[1:] for o in OURS], ids=[o[0] for o in OURS])
def test_commands_settings_and_mounts_are_those_of_the_program(
    command: list[str], settings: dict[str, str], mounts: list[str]
) -> None:
    options = _parser().parse_args(command)
    inside = VARIABLES | settings
    read = Settings.from_environment({k: v for k, v in inside.items() if k.startswith("READACROSS_")}, None)
    assert read.catalogue
    folder = str(options.folder if command[0] == "serve" else options.library)
    assert folder in mounts
    assert "/tmp" in mounts, "the root is read-only"
    if command[0] == "serve":
        assert read.host == "0.0.0.0"
        assert read.auth
        assert read.chroma_url
        assert any(Path(read.store).is_relative_to(mount) for mount in mounts), "the store cannot be written to"


def test_there_are_two_pages_and_two_workers_in_both() -> None:
    services = COMPOSE["services"]
    commands = [command[0] for name, command, *_ in OURS if name.startswith("compose")]
    assert sorted(commands) == ["serve", "serve", "worker"]
    assert services["worker"]["deploy"]["replicas"] == 2
    assert services["worker"]["healthcheck"] == {"disable": True}, "the image's asks a page"
    deployments = [d["spec"] for d in KUBERNETES if d["kind"] == "Deployment"]
    assert [d["replicas"] for d in deployments] == [2, 2]
    for deployment in deployments:
        pod = deployment["template"]
        assert deployment["selector"]["matchLabels"] == pod["metadata"]["labels"]
        assert pod["spec"]["securityContext"]["runAsUser"] == int(IMAGE["USER"].split(":")[0])


def test_what_the_containers_ask_of_each_other_is_there() -> None:
    services = COMPOSE["services"]
    for service in services.values():
        assert set(service.get("depends_on", ())) <= set(services)
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            assert source.startswith(("${ARTICLES", "./")) or source in COMPOSE["volumes"]
            assert not source.startswith("./") or (DEPLOY / source).is_file()
    addresses = " ".join(services["page1"]["environment"].values())
    assert set(re.findall(r"(?:@|http://)([a-z]+)[:/]", addresses)) == {"database", "chroma"}
    pages = re.findall(r"server (\w+):(\d+)", (DEPLOY / "nginx.conf").read_text("utf-8"))
    assert pages == [("page1", IMAGE["EXPOSE"]), ("page2", IMAGE["EXPOSE"])]
    wanted = set(re.findall(r"\$\{(\w+):\?\}", (DEPLOY / "compose.yaml").read_text("utf-8")))
    assert wanted == set(EXAMPLE), "each value has no default, and stands in the example"


def test_kubernetes_asks_the_port_and_path_of_the_page_and_the_secret_that_is_made() -> None:
    deployments = {d["metadata"]["name"]: d for d in KUBERNETES if d["kind"] == "Deployment"}
    (service,) = (d for d in KUBERNETES if d["kind"] == "Service")
    (claim,) = (d for d in KUBERNETES if d["kind"] == "PersistentVolumeClaim")
    (page,) = deployments["readacross-page"]["spec"]["template"]["spec"]["containers"]
    port = int(IMAGE["EXPOSE"])
    assert service["spec"]["ports"][0]["targetPort"] == page["ports"][0]["containerPort"] == port
    assert service["spec"]["selector"] == deployments["readacross-page"]["spec"]["selector"]["matchLabels"]
    for probe in ("readinessProbe", "livenessProbe"):
        assert page[probe]["httpGet"] == {"path": "/healthz", "port": port}
    text = (DEPLOY / "kubernetes.yaml").read_text("utf-8")
    assert set(re.findall(r"--from-literal=(\w+)=", text)) == set(re.findall(r"key: (\w+)}", text)) == set(SECRETS)
    claims = re.findall(r"claimName: (\w+)", text)
    assert set(claims) == {claim["metadata"]["name"]}


def test_nothing_is_open_to_the_network_and_the_versions_are_fixed() -> None:
    services: dict[str, Any] = COMPOSE["services"]
    published = [port for service in services.values() for port in service.get("ports", ())]
    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)
    constraints = (DEPLOY.parent / "constraints.txt").read_text("utf-8")
    chroma = services["chroma"]["image"].partition("chroma:")[2]
    assert f"chromadb=={chroma}\n" in constraints
    assert all(":" in service["image"] or service["image"] == "readacross" for service in services.values())
