"""What turns specs/ into generated/, and a provider's page into specs/, one step a module.

From spec to client. project: where everything lies. documents: YAML or JSON in, plain values out.
openapi: what a document describes. validation: whether it is valid. merge: the chosen operations
of a provider's documents, as one. overlay: what we know better, applied. toolchain: the pinned
tools. generator and generator_run: one of them, in one process for several clients. patches:
checked patches of what it wrote. shared: modules that all clients import, as they are. inspection:
whether that is a client and nothing else. clients: all of it, for several providers. trees: compare
directories, swap one for another. lock: what generated/ was made of.

From page to spec. fetch: get a page. load_spec: its spec, or why not. schema_facts and layout: what
code that uses the client rests on. field_changes, statuses and changes: what a new version changes
of that. preview: all that without touching anything. sandbox: a copy of the checkout to try it in.
apply: all of it applied, or none. sources: the entries of specs/sources.toml.

A new provider. class_names: what its classes will be called. draft: what a person completes.
scaffold: all of it laid down, or none.

For users. compatibility: what breaks for them since a revision. errors and report: what people and
machines are told.
"""
