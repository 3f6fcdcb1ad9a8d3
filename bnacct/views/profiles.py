"""What `profiles` lists."""

from bnacct.views.terms import Section, View, columns

PROFILES = View(
    "profiles", sections=(Section("profiles", columns("profile keyKind key environment file mode problem", "text")),)
)
