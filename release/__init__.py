"""The public folder: its data, its documentation, its attestation, and how to check them offline.

``publish_folder.workspace`` gives a private folder beside the target; ``package.build`` fills it
with everything that does not depend on the verdict; ``finish.finish`` adds the report, the
attestation and the sums once a verdict is accepted; ``publish_folder.publish`` renames it. To add
a metadata format: write one module with a pure function from ``release_facts.ReleaseFacts`` to
text, and call it from ``package.documents``.
"""
