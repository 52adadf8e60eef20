// The first file of this target; see docs/architecture.md.
