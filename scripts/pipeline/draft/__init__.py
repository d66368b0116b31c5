"""Drafting a new provider from a spec as its vendor publishes it, for `scaffold` to lay down.

What the spec says in a way that nobody takes. schemas: going through it. references, combined and
repairs: changes that say the same otherwise. overlay: all of them, with short names, as a file.

What the module says. client_ast: what the generated client is called with. facts: address, ids,
keys and failures. union: a result of several classes. submit: the operations that make jobs.
module: all of it, by `templates/`.
"""
