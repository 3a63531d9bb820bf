"""What Ansible makes of each variable named `case_…` in a file: one JSON document, null for those it refuses."""

import json
import sys
import warnings

warnings.simplefilter("ignore")

from ansible.parsing.dataloader import DataLoader
from ansible.plugins import loader as plugins
from ansible.template import Templar

if hasattr(plugins, "init_plugin_loader"):
    plugins.init_plugin_loader()
try:
    from ansible._internal._datatag._tags import TrustedAsTemplate

    variables = DataLoader().load_from_file(sys.argv[1], trusted_as_template=True)
except ImportError:
    variables = DataLoader().load_from_file(sys.argv[1])

templar = Templar(loader=DataLoader(), variables=variables)
answers = {}
for name in variables:
    if name.startswith("case_"):
        try:
            answers[name] = [json.loads(json.dumps(templar.template(variables[name])))]
        except BaseException as error:
            answers[name] = None
print(json.dumps(answers))
