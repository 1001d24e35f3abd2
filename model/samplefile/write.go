package samplefile

import (
	"bufio"
	"encoding/json"
	"io"

	"github.com/kcalc/kcalc/model"
)

// Write writes a sample, which Read reads as the same. A sample that Read would refuse is an
// error.
func Write(w io.Writer, s *model.Sample) error {
	c := checker{}
	c.sample(s)
	if len(c.problems) > 0 {
		return c.problems[0]
	}
	out := bufio.NewWriter(w)
	before := "{\n  "
	for _, m := range members(s) {
		out.WriteString(before + `"` + m.name + `": `)
		if err := m.write(out); err != nil {
			return err
		}
		before = ",\n  "
	}
	out.WriteString("\n}\n")
	return out.Flush()
}

func (m *member) write(out *bufio.Writer) error {
	if m.list == nil {
		return writeValue(out, m.value)
	}
	out.WriteByte('[')
	for i := range m.list.len() {
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteString("\n    ")
		if err := writeValue(out, m.list.at(i)); err != nil {
			return err
		}
	}
	if m.list.len() > 0 {
		out.WriteString("\n  ")
	}
	return out.WriteByte(']')
}

func writeValue(out *bufio.Writer, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	_, err = out.Write(text)
	return err
}
