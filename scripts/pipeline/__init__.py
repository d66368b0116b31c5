"""What turns specs/ into generated/, and a provider's page into specs/, one step a module.

From spec to client. project: where everything lies. documents: YAML or JSON in, plain values out.
openapi: what a document describes, and whether it is valid. merge: the chosen operations of a
provider's documents, as one. overlay: what we know better, applied. toolchain: the pinned tools.
generator and generator_run: one of them, in one process for several clients. patches: checked
patches of what it wrote. inspection: whether that is a client and nothing else. clients: all of it,
for several providers. trees: compare directories, swap one for another. lock: what generated/ was
made of.

From page to spec. fetch: get a page. load_spec: its spec, or why not. layout, statuses and changes:
what a new version changes for users. preview: all that without touching anything. sandbox: a copy
of the checkout to try it in. apply: all of it applied, or none. sources: the entries of
specs/sources.toml.

A new provider. class_names: what its classes will be called. draft_schemas, draft_combined and
draft_repairs: what its spec says in a way that nobody takes. client_ast: what a generated client is
called with. draft_overlay, draft_module, draft_union and draft_submit: what a person completes.
scaffold: all of it laid down, or none.

For users. compatibility: what breaks for them since a revision. report: what people and machines
are told.
"""
