"""A trained encoder that reads dated passages beside a question or a claim.

In: a question (or a claim) and passages with headline and age. Out: where the answer stands, whether it stands there
at all, and whether a claim follows. No index, no language model and no rule of English enters.
"""
