"""What turns specs/ into generated/, one step a module.

project: where everything lies. pages: the OpenAPI block of a documentation page. documents: YAML
in, plain JSON out. openapi: whether that is a valid OpenAPI document. overlay: what we know better,
applied. toolchain: the pinned tools. edits and substitutions: checked edits of what the generator
wrote. clients: all of it for one provider. trees: compare directories, swap one for another.
"""
