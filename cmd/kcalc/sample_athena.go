package main

import (
	"fmt"
	"io"
	"regexp"

	"github.com/kcalc/kcalc/model/input"
	"github.com/spf13/cobra"
)

// athenaFlags name a table of records in a lake.
type athenaFlags struct{ table, key, data string }

func (f *athenaFlags) bind(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.table, "athena", "", "print the query that counts a `table` of records in Athena by key, instead")
	flags.StringVar(&f.key, "key-column", "partition_key", "`column` of the table that has the partition key")
	flags.StringVar(&f.data, "data-column", "data", "`column` that has the payload, as text")
	for _, name := range []string{"athena", "key-column", "data-column"} {
		must(cmd.RegisterFlagCompletionFunc(name, cobra.NoFileCompletions))
	}
}

// An identifier of SQL that needs no quotes, and one with its catalog and schema.
var (
	sqlColumn = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,127}$`)
	sqlTable  = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,127}(\.[A-Za-z_][A-Za-z0-9_]{0,127}){0,2}$`)
)

func (f *athenaFlags) check() (faults input.Errors) {
	for _, one := range []struct {
		flag, value string
		form        *regexp.Regexp
		allowed     string
	}{
		{"athena", f.table, sqlTable, "a table such as lake.orders, of A-Z a-z 0-9 _"},
		{"key-column", f.key, sqlColumn, "a column, of A-Z a-z 0-9 _"},
		{"data-column", f.data, sqlColumn, "a column, of A-Z a-z 0-9 _"},
	} {
		if !one.form.MatchString(one.value) {
			faults = append(faults, flagFault(one.flag, one.value, "not a name of SQL", one.allowed))
		}
	}
	return faults
}

// write writes the query: the heaviest keys by MD5, and a row without one for all others.
func (f *athenaFlags) write(w io.Writer, mostKeys int) error {
	_, err := fmt.Fprintf(w, `-- Records and bytes of each partition key of %[1]s, for Athena and Trino: the CSV of
-- the result is what 'kcalc keys FILE --over TIME' and --sample read. Bytes are those of payload and
-- key. Name the time in WHERE. Where the payload is binary, it is length(%[3]s).
WITH counts AS (
  SELECT %[2]s AS k, count(*) AS records, sum(length(to_utf8(%[3]s)) + length(to_utf8(%[2]s))) AS bytes
  FROM %[1]s
  WHERE %[2]s IS NOT NULL AND %[3]s IS NOT NULL
  GROUP BY %[2]s
), ranked AS (
  SELECT *, row_number() OVER (ORDER BY records * 1049 + bytes DESC) AS place FROM counts
)
SELECT lower(to_hex(md5(to_utf8(k)))) AS md5, records, bytes FROM ranked WHERE place <= %[4]d
UNION ALL
SELECT '', sum(records), sum(bytes) FROM ranked WHERE place > %[4]d HAVING count(*) > 0;
`, f.table, f.key, f.data, mostKeys)
	return err
}
