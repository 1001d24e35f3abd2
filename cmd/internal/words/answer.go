package words

import (
	"reflect"

	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
)

// ExpandAll puts the words of kcalc into every notice, advice and reason of an
// answer, which is a pointer.
func ExpandAll(answer any) { expand(reflect.ValueOf(answer)) }

func expand(v reflect.Value) {
	if v.CanAddr() && v.Addr().CanInterface() && expandText(v.Addr().Interface()) {
		return
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			expand(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				expand(v.Field(i))
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			expand(v.Index(i))
		}
	}
}

// expandText puts the words into what has texts of the libraries, and reports
// whether that was all there is in it.
func expandText(part any) (whole bool) {
	switch p := part.(type) {
	case *notice.Notice:
		p.Message, p.Remedy = Expand(p.Message), Expand(p.Remedy)
		return true
	case *model.Infeasibility:
		p.Message, p.Remedy = Expand(p.Message), Expand(p.Remedy)
		return true
	case *review.Rejected:
		p.Why = Expand(p.Why)
		return true
	case *model.Advice:
		p.Change, p.Condition = Expand(p.Change), Expand(p.Condition)
	}
	return false
}
