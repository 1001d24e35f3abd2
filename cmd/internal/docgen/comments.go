package docgen

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"regexp"
	"strconv"
	"strings"
)

// Comments are what the code says of its types and of their fields, and the words that a type of
// words can be.
type Comments struct {
	texts map[string]string // by "model.Plan" and "model.Plan.Shards"
	words map[string][]string
}

// of returns what is said of a name, "" where there is nothing; c may be nil.
func (c *Comments) of(name string) string { return c.texts[name] }

// NoComments says nothing.
func NoComments() *Comments { return &Comments{map[string]string{}, map[string][]string{}} }

// ReadComments reads the Go files below some folders of a tree, tests aside.
func ReadComments(tree fs.FS, folders ...string) (*Comments, error) {
	c := NoComments()
	for _, folder := range folders {
		err := fs.WalkDir(tree, folder, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
				return err
			}
			text, err := fs.ReadFile(tree, name)
			if err != nil {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ParseComments)
			if err == nil {
				c.addFile(path.Base(path.Dir(name)), file)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return c, nil
}

// addFile adds the types and the constants of a file.
func (c *Comments) addFile(pkg string, file *ast.File) {
	for _, d := range file.Decls {
		group, ok := d.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range group.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				doc := spec.Doc
				if doc == nil {
					doc = group.Doc
				}
				c.add(pkg+"."+spec.Name.Name, doc, nil)
				if fields, ok := spec.Type.(*ast.StructType); ok {
					c.addFields(pkg+"."+spec.Name.Name, fields)
				}
			case *ast.ValueSpec:
				c.addWords(pkg, group.Tok, spec)
			}
		}
	}
}

func (c *Comments) addFields(name string, fields *ast.StructType) {
	for _, f := range fields.Fields.List {
		for _, id := range f.Names {
			c.add(name+"."+id.Name, f.Doc, f.Comment)
		}
	}
}

// addWords adds constants of a type of words.
func (c *Comments) addWords(pkg string, tok token.Token, spec *ast.ValueSpec) {
	kind, named := spec.Type.(*ast.Ident)
	if tok != token.CONST || !named {
		return
	}
	for _, v := range spec.Values {
		if literal, ok := v.(*ast.BasicLit); ok && literal.Kind == token.STRING {
			if word, err := strconv.Unquote(literal.Value); err == nil && word != "" {
				c.words[pkg+"."+kind.Name] = append(c.words[pkg+"."+kind.Name], word)
			}
		}
	}
}

// reference is what a comment names in brackets.
var reference = regexp.MustCompile(`\[([A-Za-z.*]+)\]`)

// add adds what is said of a name, above it and behind it.
func (c *Comments) add(name string, doc, behind *ast.CommentGroup) {
	text := strings.Join(strings.Fields(doc.Text()+" "+behind.Text()), " ")
	if text != "" {
		c.texts[name] = reference.ReplaceAllString(text, "$1")
	}
}
