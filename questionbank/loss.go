package questionbank

// Loss is something of a question that a foreign format cannot hold. A format lists them before anything is written.
type Loss struct {
	Field   Field  // empty: the question as a whole
	Whole   bool   // the question does not come back
	Message string // Chinese
}

func (l Loss) String() string {
	if l.Field == "" {
		return l.Message
	}
	return l.Field.Name() + "：" + l.Message
}
