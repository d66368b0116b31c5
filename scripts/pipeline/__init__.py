"""What turns specs/ into generated/, and a provider's page into specs/, one step a module.

From spec to client. project: where everything lies. documents: YAML in, plain JSON out. openapi:
whether that is a valid OpenAPI document. overlay: what we know better, applied. toolchain: the
pinned tools. generator and generator_run: one of them, in one process for several clients.
edits and substitutions: checked edits of what it wrote. inspection: whether that is a client and
nothing else. clients: all of it, for several providers. trees: compare directories, swap one for
another. lock: what generated/ was made of.

From page to spec. fetch: get a page. pages: its OpenAPI block. intake: a spec, or why not. layout,
statuses and changes: what a new version changes for users. examine: all that without touching
anything. workshop: a copy of the checkout to try it in. takeover: all of it taken over, or none.
sources: the entries of specs/sources.toml. report: tables and JSON.

A new provider. anatomy: what a generated client is called with. scaffold: drafts of overlay and
module. founding: all of it laid down, or none.

For users. usage: the sample applications. compatibility: what breaks for them since a revision.
"""
