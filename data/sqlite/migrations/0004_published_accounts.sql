-- The passwords of ada and grace are published, so anybody could change them, and their
-- roles, for everybody. Neither can be changed any more; here they are put back to what
-- is published, once.
--
-- A password cannot be compared in SQL, as each hash has a salt. But whoever changed it
-- raised the generation, and so did whoever ended all sessions of the account: both are
-- put back, which costs the second nothing but a login. An account of the first
-- generation with its own role, enabled, is as it was made, and keeps its sessions.

UPDATE refresh_families SET ended_at = unixepoch() WHERE ended_at IS NULL AND user_id IN (
	SELECT id FROM users WHERE
		folded = 'ada'   AND (session_generation > 1 OR disabled OR role <> 'user') OR
		folded = 'grace' AND (session_generation > 1 OR disabled OR role <> 'admin'));

UPDATE users SET password_hash = '$argon2id$v=19$m=19456,t=2,p=1$EMi/f5CJCaq9bLGgqsqUMA$spmV6Gznjvxa5EMhOKQ9Zp8d/aX5/+Y0+B5y3DMx528',
	role = 'user', disabled = 0, session_generation = session_generation + 1
WHERE folded = 'ada' AND (session_generation > 1 OR disabled OR role <> 'user');

UPDATE users SET password_hash = '$argon2id$v=19$m=19456,t=2,p=1$eAKcUsBSBb4j6GE7mG/FFg$fuC7X/ei6wu+pGebhy0XlvrV4Ep3HYk9KQ4UTN6cmCY',
	role = 'admin', disabled = 0, session_generation = session_generation + 1
WHERE folded = 'grace' AND (session_generation > 1 OR disabled OR role <> 'admin');
