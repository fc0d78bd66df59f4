"""Reports and blocks by recipients: what each weighs, and what becomes of it. Reports alone never hold anybody back."""
