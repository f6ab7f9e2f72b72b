SELECT e.id AS event, e.kind, e.actor, e.recorded_at, substr(named.target, 16) AS reference
FROM audit_auditevent e
CROSS JOIN LATERAL jsonb_array_elements_text(e.targets) AS named (target)
WHERE named.target LIKE 'mentees.mentee:%'
