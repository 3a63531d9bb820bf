"""Answers questions about Python and Ansible: one JSON document a line in, one a line out."""

import ast
import io
import json
import os
import sys
import warnings

warnings.simplefilter("ignore")


def typed(value):
    """The value with Python's type written out where JSON would lose it."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        # Half a surrogate pair cannot leave through JSON that Rust would read.
        return str(value).encode("utf-8", "replace").decode()
    if value is ...:
        return {"ellipsis": None}
    if isinstance(value, int):
        return {"int": str(value)}
    if isinstance(value, float):
        return {"float": repr(value)}
    if isinstance(value, complex):
        return {"complex": [typed(value.real), typed(value.imag)]}
    if isinstance(value, bytes):
        return {"bytes": list(value)}
    if isinstance(value, dict):
        return {"map": [[typed(k), typed(v)] for k, v in value.items()]}
    for kind in (list, tuple, set):
        if isinstance(value, kind):
            return {kind.__name__: [typed(item) for item in value]}
    raise TypeError(f"no answer for {type(value)}")


def shlex_split(text):
    import shlex

    return shlex.split(text, comments=True)


def host_pattern(text):
    """The names and the port of a host, as both file plugins read it."""
    from ansible.plugins.inventory import BaseInventoryPlugin

    return list(BaseInventoryPlugin._expand_hostpattern(None, text))


def split_port(text):
    from ansible.parsing.utils.addresses import parse_address

    return list(parse_address(text, allow_ranges=True))


def ini_value(text):
    from ansible.plugins.inventory.ini import InventoryModule

    module = InventoryModule()
    if hasattr(module, "_origin"):
        from ansible._internal._datatag._tags import Origin

        module._origin = Origin(path="/inventory", line_num=1)
    return printed(module._parse_value(text))


def printed(value):
    """The value as it comes out of `ansible-inventory`: keys become text, and text that is no template is marked."""
    return json.loads(json.dumps(plain(value)))


def plain(value):
    try:
        from ansible._internal._datatag._tags import TrustedAsTemplate
        from ansible.parsing.vault import EncryptedString, VaultHelper

        if isinstance(value, EncryptedString):
            return {"__ansible_vault": VaultHelper.get_ciphertext(value, with_tags=False)}
        is_template = TrustedAsTemplate.is_tagged_on(value)
    except ImportError:
        is_template = True
    if isinstance(value, str) and not is_template:
        return {"__ansible_unsafe": str(value)}
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [plain(item) for item in value]
    return value


def file_inventory(plugin_name):
    """What a file plugin of Ansible's makes of a text, without the rest of Ansible."""

    def parsed(text):
        import contextlib
        import tempfile

        from ansible.inventory.data import InventoryData
        from ansible.parsing.dataloader import DataLoader
        from ansible.plugins.loader import inventory_loader

        inventory = InventoryData()
        with tempfile.NamedTemporaryFile("w", newline="") as file, contextlib.redirect_stderr(io.StringIO()):
            file.write(text)
            file.flush()
            path = script_printing(file.name) if plugin_name == "script" else file.name
            inventory_loader.get(plugin_name).parse(inventory, DataLoader(), path)
            inventory.reconcile_inventory()
        own = ("inventory_dir", "inventory_file")

        def variables(thing):
            return {str(key): printed(value) for key, value in thing.vars.items() if key not in own}

        groups = [
            [
                group.name,
                [str(host.name) for host in group.hosts],
                [child.name for child in group.child_groups],
                group.priority,
                variables(group),
            ]
            for group in inventory.groups.values()
        ]
        return [groups, [[str(host.name), variables(host)] for host in inventory.hosts.values()]]

    return parsed


def load_yaml(text):
    import yaml

    return yaml.safe_load(text)


def script_printing(path):
    script = path + ".sh"
    with open(script, "w") as file:
        file.write(f"#!/bin/sh\nexec cat {path}\n")
    os.chmod(script, 0o755)
    return script


def inventory(path, *options):
    """`ansible-inventory --list` in a child process: Ansible keeps its arguments in global variables.

    Returns the answer as JSON.
    """
    import ansible.cli.inventory  # Loaded once, before the fork.

    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.close(reading)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            answer = json.dumps(answer_of(lambda path: listed(path, *options), path))
            with os.fdopen(writing, "w") as pipe:
                pipe.write(answer)
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    return answer


def listed(path, *options):
    from ansible.cli.inventory import InventoryCLI

    arguments = ["ansible-inventory", "--list", *options, "-i", path]
    printed = sys.stdout = io.StringIO()
    try:
        cli = InventoryCLI(arguments)
        cli.parse()
        cli.run()
    except SystemExit as end:
        if end.code:
            raise RuntimeError(f"exit code {end.code}") from end
    return json.loads(printed.getvalue())


KINDS = {
    "literal": ast.literal_eval,
    "shlex": shlex_split,
    "host_pattern": host_pattern,
    "split_port": split_port,
    "ini_value": ini_value,
    "yaml": load_yaml,
    "ini_file": file_inventory("ini"),
    "yaml_file": file_inventory("yaml"),
    "list_file": file_inventory("script"),
}


def answer_of(function, text):
    try:
        return {"value": typed(function(text))}
    except Exception as error:
        cause = error
        while cause.__cause__ is not None:
            cause = cause.__cause__
        return {"error": f"{type(cause).__name__}: {cause}"}


def main():
    out = os.fdopen(os.dup(1), "w")
    for line in sys.stdin:
        question = json.loads(line)
        if question["kind"] == "inventory":
            answer = inventory(question["text"], "--export")
        elif question["kind"] == "merged":
            answer = inventory(question["text"])
        else:
            answer = json.dumps(answer_of(KINDS[question["kind"]], question["text"]))
        out.write(answer + "\n")
        out.flush()


main()
