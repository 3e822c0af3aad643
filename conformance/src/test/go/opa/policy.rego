# What Harrier's access policy means, in the words of another engine.
package harrier

import rego.v1

by_any_part := {"project:list", "project:read"}

fits(part, whole) if whole == ""

fits(part, whole) if part == whole

# All of the scope that is asked for is inside of the pattern.
covers(pattern, scope) if {
	scope.domain != ""
	fits(scope.project, pattern.project)
	fits(scope.domain, pattern.domain)
}

covers(pattern, scope) if {
	scope.domain == ""
	fits(scope.project, pattern.project)
	pattern.domain == ""
}

# Some of it is.
touches(pattern, scope) if covers(pattern, scope)

touches(pattern, scope) if {
	scope.project != ""
	scope.domain == ""
	fits(scope.project, pattern.project)
}

about(entry, question) if {
	question.permission in entry.permissions
	some name in entry.subjects
	name in question.names
}

granted(case, question) if {
	some binding in case.bindings
	about(binding, question)
	question.permission in by_any_part
	touches(binding.scope, question.scope)
}

granted(case, question) if {
	some binding in case.bindings
	about(binding, question)
	covers(binding.scope, question.scope)
}

denied(case, question) if {
	some deny in case.denies
	about(deny, question)
	covers(deny.scope, question.scope)
}

denied(case, question) if {
	some deny in case.denies
	about(deny, question)
	not question.permission in by_any_part
	touches(deny.scope, question.scope)
}

allowed(case, question) if {
	granted(case, question)
	not denied(case, question)
}

disagreements contains {"case": i, "question": question} if {
	some i, case in input.cases
	some question in case.questions
	question.allowed
	not allowed(case, question)
}

disagreements contains {"case": i, "question": question} if {
	some i, case in input.cases
	some question in case.questions
	not question.allowed
	allowed(case, question)
}

compared := sum([count(case.questions) | some case in input.cases])
