package search

// IndexStatements counts the statements on the database that holds the index.
func (s *Service) IndexStatements() int64 { return s.index.db.Stats().Statements }
