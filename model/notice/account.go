package notice

var permissionMissing = declare("permission-missing", "history", Weakens)

// PermissionMissing says that a call, as IAM names it, is not allowed, and what is
// not known without it.
func PermissionMissing(action, unknown string) Notice {
	return permissionMissing.notice(Literal(action)+" is not allowed. Not known: "+unknown+".",
		"Allow "+Literal(action)+" to the identity that runs kcalc, and fetch again.")
}
