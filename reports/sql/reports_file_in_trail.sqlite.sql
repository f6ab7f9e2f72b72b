SELECT e.id AS event, e.kind, e.actor, e.recorded_at, substr(named.value, 16) AS reference
FROM audit_auditevent e
JOIN json_each(e.targets) AS named
WHERE named.value LIKE 'mentees.mentee:%'
